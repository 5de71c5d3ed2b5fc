import { readFile } from 'node:fs/promises'
import { countTests } from './test-counts.ts'

/** `count-tests.ts REPORT`: `passed failed skipped` of vitest's JSON report, for .ci/run; names the skipped on stderr. */
const { passed, failed, skipped } = countTests(JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')))
if (skipped.length > 0) console.error(`Skipped, and in CI nothing may be:\n  ${skipped.join('\n  ')}`)
console.log(`${passed} ${failed} ${skipped.length}`)
