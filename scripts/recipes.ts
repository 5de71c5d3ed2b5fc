import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openStage, readDocument } from './recipes/stage.ts'
import { RECIPES } from './recipes/stories.ts'
import { tell } from './recipes/teller.ts'

/**
 * `npm run recipes [-- --check]`: plays each conversation on a simulated tenant of its own and writes docs/recipes.md.
 * With `--check` nothing is written; it fails where the document is not what the program does now.
 */
const DOCUMENT = join(import.meta.dirname, '../docs/recipes.md')
const INTRO = `# Recipes

Whole conversations, as they go: what somebody asks for, what the assistant calls, what comes back, and what the person
who approves reads. Sam works at a help desk, Dana is enrolled as an approver.

Each call and each answer below is from a real run on the simulated tenant (\`npm run recipes\`). Ids, times and ports
that differ from run to run are replaced by stable ones, claim tokens by \`apv_…\`.
`

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } })
const told: string[] = [INTRO]
for (const recipe of RECIPES) {
  const stage = await openStage()
  try {
    told.push(await tell(recipe, stage))
  } finally {
    await stage.close()
  }
}
const text = `${told.join('\n').replaceAll('\n## ', '\n\n## ').replaceAll('\n\n\n', '\n\n')}\n`
if (!values.check) await writeFile(DOCUMENT, text)
else if ((await readDocument(DOCUMENT)) !== text) {
  console.error('docs/recipes.md is not what the program does now: npm run recipes')
  process.exitCode = 1
}
