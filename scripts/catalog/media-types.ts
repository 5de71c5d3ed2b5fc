import type { Operation } from './specification.ts'

const JSON_TYPE = 'application/json'

/**
 * The media types that an operation can be called with; several where it is several actions. The type that really selects
 * an action stands in a header parameter that OpenAPI says to ignore, while the body claims to be plain JSON.
 */
export function mediaTypesOf(operation: Operation): string[] {
  const declared = Object.keys(operation.requestBody?.content ?? {})
  const selecting = operation.parameters
    .filter(({ in: place, name }) => place === 'header' && name.toLowerCase() === 'content-type')
    .flatMap(({ schema, example }) => (schema['enum'] ?? example ?? schema['example'] ?? []) as string | string[])
    .filter((type) => type.startsWith('application/vnd.'))
  if (selecting.every((type) => declared.includes(type))) return declared
  return [...declared.filter((type) => type !== JSON_TYPE), ...selecting]
}

/** What the body of an action is: its own, or the plain JSON that the specification says instead. */
export function bodyOf(operation: Operation, mediaType: string | undefined): Record<string, unknown> | undefined {
  const content = operation.requestBody?.content
  if (content === undefined || mediaType === undefined) return undefined
  return (content[mediaType] ?? content[JSON_TYPE])?.schema
}
