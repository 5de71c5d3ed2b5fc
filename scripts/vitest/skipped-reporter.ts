import type { Reporter, TestModule } from 'vitest/node'

/** Names every test that did not run, and why: a skipped test must not pass for a green one. */
export default class SkippedReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) => [...module.children.allTests('skipped')])
    if (skipped.length === 0) return
    const lines = skipped.map((test) => {
      const result = test.result()
      const reason = (result.state === 'skipped' ? result.note : undefined) ?? 'no reason given'
      return `  ${test.module.relativeModuleId} › ${test.fullName}: ${reason}`
    })
    console.log(`\nSkipped (${skipped.length}):\n${lines.join('\n')}`)
  }
}
