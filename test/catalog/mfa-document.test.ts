import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, test } from 'vitest'
import type { Action } from './mfa-openapi.ts'
import { actionsOf, createJudge, examplesOf, PUBLIC_SPECIFICATION, readOpenApi, resolveSchema } from './mfa-openapi.ts'

const DOCUMENT = readOpenApi()
const ACTIONS = actionsOf(DOCUMENT)
const judge = createJudge(DOCUMENT)
const CALLABLE = ACTIONS.filter((action) => !action.isOnAuthHost)

const nameOf = ({ method, path, contentType }: Action) => `${method} ${path} ${contentType ?? ''}`.trim()
const placeOf = ({ method, path }: { method: string; path: string }) => `${method} ${path}`

describe('the OpenAPI document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()

    const result = await validator.validate(structuredClone(DOCUMENT) as unknown as Record<string, unknown>)

    expect(result).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  test.each(Object.keys(DOCUMENT.components.schemas))('has a schema without unknown keywords: %s', (name) => {
    const compile = () => judge({ $ref: `#/components/schemas/${name}` }, null)

    expect(compile).not.toThrow()
  })

  test('has all 41 operations of the public specification, under their operation ids', () => {
    const known = actionsOf(readOpenApi(PUBLIC_SPECIFICATION))
    const ours = new Map(CALLABLE.map((action) => [placeOf(action), action.operation.operationId]))

    const distinct = new Map(known.map((action) => [placeOf(action), action.operation.operationId]))

    expect(distinct.size).toBe(41)
    expect(Object.fromEntries(ours)).toMatchObject(Object.fromEntries(distinct))
  })

  test('has besides only what is documented', () => {
    const known = new Set(actionsOf(readOpenApi(PUBLIC_SPECIFICATION)).map(placeOf))
    const vendor = 'application/vnd.pingidentity.'

    const more = ACTIONS.filter((action) => action.source !== 'specification' || !known.has(placeOf(action)))

    const device = '/environments/{environmentID}/users/{userID}/devices/{deviceID}'
    const signOn = 'POST /{environmentID}/deviceAuthentications'
    expect(more.map(nameOf)).toEqual([
      'POST /environments/{environmentID}/users/{userID}/devices application/json',
      `POST ${device} ${vendor}device.sendActivationCode+json`,
      `POST ${device} ${vendor}device.block+json`,
      `POST ${device} ${vendor}device.unblock+json`,
      `POST ${device} ${vendor}device.unlock+json`,
      'GET /environments/{environmentID}/users/{userID}/bypassMFA',
      'PUT /environments/{environmentID}/users/{userID}/bypassMFA application/json',
      `${signOn} application/json`,
      `${signOn} ${vendor}payload.check+json`,
      'GET /{environmentID}/deviceAuthentications/{deviceAuthenticationID}',
      `${signOn}/{deviceAuthenticationID} ${vendor}device.select+json`,
      `${signOn}/{deviceAuthenticationID} ${vendor}otp.check+json`,
      `${signOn}/{deviceAuthenticationID} ${vendor}assertion.check+json`,
      `${signOn}/{deviceAuthenticationID} ${vendor}cancel.push.authentication+json`,
    ])
  })

  test('marks as deprecated what the public specification does', () => {
    const deprecated = (actions: Action[]) => actions.filter(({ operation }) => operation.deprecated).map(placeOf)

    expect(deprecated(ACTIONS).toSorted()).toEqual(deprecated(actionsOf(readOpenApi(PUBLIC_SPECIFICATION))).toSorted())
  })

  test.each(ACTIONS.filter(({ media }) => media !== undefined).map((action) => [nameOf(action), action] as const))(
    'gives examples that its own schema takes: %s',
    (_, { media }) => {
      if (media === undefined) throw new Error('no body')
      const isEmpty = resolveSchema(DOCUMENT, media.schema)['maxProperties'] === 0
      const isOpaque = Object.keys(resolveSchema(DOCUMENT, media.schema)).every((key) => /type|description/.test(key))

      const examples = examplesOf(media)

      expect(examples.flatMap((example) => judge(media.schema, example, { isClosed: true }))).toEqual([])
      expect(examples.length > 0).toBe(!isEmpty && !isOpaque)
    },
  )

  test('gives examples of refusals that its own schema takes', () => {
    const shared = Object.values(DOCUMENT.components.responses).flatMap(({ content }) => Object.values(content))
    const own = ACTIONS.flatMap(({ operation }) =>
      Object.values(operation.responses).flatMap(({ content }) => Object.values(content ?? {})),
    )

    const examples = [...shared, ...own].flatMap((media) => examplesOf(media).map((value) => ({ media, value })))

    expect(examples.length).toBeGreaterThan(3)
    expect(examples.flatMap(({ media, value }) => judge(media.schema, value, { isClosed: true }))).toEqual([])
  })
})
