import { z } from 'zod'

const Report = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      name: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

interface TestCounts {
  passed: number
  /** Failed tests, and files that failed as a whole, as one each. */
  failed: number
  skipped: string[]
}

/** Counts the tests of vitest's JSON report. */
export function countTests(report: unknown): TestCounts {
  const { testResults } = Report.parse(report)
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  const failedTests = tests.filter(({ status }) => status === 'failed')
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: tests.filter(({ status }) => status === 'passed').length,
    failed: failedTests.length + brokenFiles.length,
    skipped: tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName),
  }
}
