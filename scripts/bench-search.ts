import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openParts } from '../src/catalog/search/parts.ts'
import { CONFIDENT, createSearch } from '../src/catalog/search/search.ts'
import { assembleIndex } from './search/assemble.ts'
import { figureRow, headRow, summarize } from './search/bench-table.ts'
import type { Summary } from './search/bench-table.ts'
import { readRecords } from './search/catalog-records.ts'
import type { Answered } from './search/evaluate.ts'
import { crossValidate } from './search/fit.ts'
import type { JudgedQuery } from './search/queries.ts'
import { readQueries } from './search/queries.ts'
import { createRivals } from './search/rivals.ts'

/**
 * `npm run bench:search`: how well the search finds, by class of query, each query answered by weights learned without it,
 * beside fuse.js and MiniSearch. Ends with 1 where a figure has fallen by more than two points below the committed ones;
 * `--save` commits to the present ones.
 */
const TOLERANCE = 0.02
const root = join(import.meta.dirname, '..')
const shared = join(root, '../shared/search/dev.jsonl')
const baselineFile = join(root, 'scripts/search/bench-baseline.json')
const { values } = parseArgs({ options: { save: { type: 'boolean', default: false } } })

if (!existsSync(shared)) {
  console.log('skipped: ../shared/search/dev.jsonl, the judged queries, is not here')
  process.exit(0)
}

const dev = readQueries(shared)
const own = readQueries(join(root, 'test/catalog/queries/own-dev.jsonl'))
const vectors = readFileSync(join(root, 'catalog/search-vectors.bin'))
const parts = openParts({ data: assembleIndex(root, { weights: {}, confidence: {} }), vectors })
const test = readQueries(join(root, 'test/catalog/queries/own-test.jsonl'))
const answers = [...crossValidate([...dev, ...own], parts), ...answerAll(test)]
const rivals = createRivals(readRecords(root))
const summaries = {
  shared: report('shared development set, cross-validated', dev),
  own: report('our own set, cross-validated', own),
  test: report('our test set, by the committed weights, which were not learned from it', test),
}

if (values.save) writeFileSync(baselineFile, `${JSON.stringify(summaries, undefined, 1)}\n`)
else process.exitCode = compare(JSON.parse(readFileSync(baselineFile, 'utf8')) as typeof summaries)

function report(name: string, queries: readonly JudgedQuery[]): Summary {
  const asked = new Set(queries)
  const ours = answers.filter(({ query }) => asked.has(query))
  console.log(`\n${name}\n${headRow()}`)
  const classes = [...new Set(queries.filter(({ relevant }) => relevant.length > 0).map((query) => query.class))]
  for (const one of classes)
    console.log(
      figureRow(
        one,
        ours.filter(({ query }) => query.class === one),
      ),
    )
  console.log(figureRow('all', ours))
  for (const rival of rivals) console.log(figureRow(rival.name, queries.map(rival.answer)))
  return noAnswers(ours)
}

/** By the product itself, as it ships. */
function answerAll(queries: readonly JudgedQuery[]): Answered[] {
  const search = createSearch({ data: assembleIndex(root), vectors })
  return queries.map((query) => {
    const began = performance.now()
    const { results } = search(query.query)
    const milliseconds = performance.now() - began
    const keys = results.map(({ method, path }) => `${method} ${path}`)
    return { query, keys, confidence: results[0]?.score ?? 0, milliseconds }
  })
}

function noAnswers(ours: readonly Answered[]): Summary {
  const summary = summarize(ours, CONFIDENT)
  const { auroc, recallAt5, recall, falseAlarms, medianMs, p95Ms } = summary
  console.log(`no answer: AUROC ${auroc.toFixed(3)}, recall at 5 % false alarms ${recallAt5.toFixed(3)}`)
  console.log(`  at the threshold of the product: recall ${recall.toFixed(3)}, false alarms ${falseAlarms.toFixed(3)}`)
  console.log(`time: median ${medianMs.toFixed(2)} ms, 95 % within ${p95Ms.toFixed(2)} ms`)
  return summary
}

function compare(baseline: typeof summaries): number {
  const fallen = (['shared', 'own', 'test'] as const).flatMap((set) =>
    (['hit1', 'hit5', 'mrr', 'ndcg', 'auroc'] as const)
      .filter((figure) => summaries[set][figure] < baseline[set][figure] - TOLERANCE)
      .map((figure) => `${set} ${figure}: ${baseline[set][figure].toFixed(3)} → ${summaries[set][figure].toFixed(3)}`),
  )
  for (const line of fallen) console.error(`fallen: ${line}`)
  return fallen.length > 0 ? 1 : 0
}
