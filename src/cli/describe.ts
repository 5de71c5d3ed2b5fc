import { plainText } from '../lib/text.ts'
import { visibleJson } from '../lib/visible-json.ts'
import type { Context } from './context.ts'
import { refused } from './failure.ts'

export async function describe(context: Context, args: { endpoint: string; json: boolean }): Promise<number> {
  const catalog = await (await context.openApp()).catalog()
  const found = catalog.find(args.endpoint)
  if (found === undefined) throw await unknownEndpoint(context, args.endpoint)
  const { describeEndpoint } = await import('../catalog/describe.ts')
  const description = describeEndpoint(catalog, found)
  if (args.json) {
    context.print(visibleJson({ status: 'ok', ...description }, { indent: 2 }))
    return 0
  }
  const { descriptionText } = await import('./description-text.ts')
  context.print(descriptionText(description, { paint: context.paint.output, width: context.outputWidth() }))
  return 0
}

async function unknownEndpoint(context: Context, reference: string) {
  const [{ nearestEndpoints }, { openFinder }] = await Promise.all([
    import('../catalog/nearest.ts'),
    import('./search.ts'),
  ])
  const near = nearestEndpoints(await openFinder(context), reference)
  const next =
    near.length === 0 ? 'Next: pingone-mfa-mcp search <words…> finds endpoints by what they do.' : didYouMean(near)
  return refused(`ENDPOINT_UNKNOWN: The catalogue has no endpoint "${plainText(reference, 100)}".`, next)
}

function didYouMean(near: readonly string[]): string {
  return `Next: did you mean ${near.map((id) => `"${id}"`).join(' or ')}?`
}
