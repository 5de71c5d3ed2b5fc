import { describe, expect, test } from 'vitest'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describeEndpoint, type Description } from '../../src/catalog/describe.ts'
import type { EndpointRecord } from '../../src/catalog/record.ts'
import { resolveCall } from '../../src/tools/endpoint-call.ts'
import { TOOLS } from '../../src/tools/index.ts'
import { catalog } from './endpoints.ts'

const CONNECTION = {
  apiUrl: 'https://api.pingone.eu/v1',
  authUrl: 'https://auth.pingone.eu',
  environmentId: 'eb2eda8b-aeed-4aa5-8b4c-28eba1ae1afd',
  workerEnvironmentId: 'eb2eda8b-aeed-4aa5-8b4c-28eba1ae1afd',
  clientId: '00000000-0000-4000-8000-00000000000c',
  tokenAuthMethod: 'basic' as const,
}

function described(reference: string): { record: EndpointRecord; description: Description } {
  const found = catalog.find(reference)
  if (found === undefined) throw new Error(`${reference} is unknown`)
  return { record: found.record, description: describeEndpoint(catalog, found) }
}

/** For every endpoint: what is wrong, by id. One test, so that a failure lists all of them. */
function wrongOnes(problemOf: (description: Description, record: EndpointRecord) => string | undefined): string[] {
  return catalog.endpoints.flatMap((record) => {
    const { description } = described(record.id)
    const problem = problemOf(description, record)
    return problem === undefined ? [] : [`${record.id}: ${problem}`]
  })
}

describe('of every endpoint', () => {
  test('there is an example wherever there is a typed body', () => {
    expect(
      wrongOnes(({ body, example }) => (body !== undefined && example === undefined ? 'none' : undefined)),
    ).toEqual([])
  })

  test('the example is one that the endpoint takes', () => {
    const wrong = wrongOnes(({ example }, record) => {
      if (example === undefined) return undefined
      const problems = catalog.bodyProblems(record, example)
      return problems.length === 0 ? undefined : `${JSON.stringify(example)}: ${problems.join('; ')}`
    })

    expect(wrong).toEqual([])
  })

  test('the body is a schema that stands alone and accepts the example', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, discriminator: true })
    const wrong = wrongOnes(({ body, example }) => {
      if (body === undefined) return undefined
      const validate = ajv.compile(body)
      return validate(example) ? undefined : ajv.errorsText(validate.errors)
    })

    expect(wrong).toEqual([])
  })

  test('the example has nothing in it that PingOne sets by itself', () => {
    const readOnly = wrongOnes(({ body, example }) => {
      const properties = (body?.['properties'] ?? {}) as Record<string, { readOnly?: boolean }>
      const named = Object.keys(example ?? {}).filter((name) => properties[name]?.readOnly === true)
      return named.length === 0 ? undefined : named.join(', ')
    })

    expect(readOnly).toEqual([])
  })

  test('curl sends the right media type, and none where there is no body to send', () => {
    const wrong = wrongOnes(({ curl }, { contentType }) => {
      const [, sent] = /-H 'Content-Type: ([^']*)'/.exec(curl) ?? []
      return sent === contentType ? undefined : `${sent} instead of ${contentType}`
    })

    expect(wrong).toEqual([])
  })

  test('curl sends the example and calls the path', () => {
    const wrong = wrongOnes(({ curl, example, method, path }) => {
      const [, sent] = /-d '([^']*(?:'\\''[^']*)*)'/.exec(curl) ?? []
      const body = sent === undefined ? undefined : (JSON.parse(sent.replaceAll("'\\''", "'")) as unknown)
      const isSame = JSON.stringify(body) === JSON.stringify(example)
      const isPath = curl.includes(path.replace('{environmentID}', '$PINGONE_ENVIRONMENT_ID'))
      return isSame && isPath && curl.startsWith(`curl -X ${method} "`) ? undefined : curl
    })

    expect(wrong).toEqual([])
  })

  test('the tool that the call names takes its arguments', () => {
    const wrong = wrongOnes(({ call }) => {
      const tool = TOOLS.find(({ name }) => name === call.tool)
      const filledIn = JSON.parse(
        JSON.stringify(call.arguments)
          .replaceAll('"email":"…"', '"email":"alice@example.com"')
          .replaceAll('"phone":"…"', '"phone":"+12025550150"')
          .replaceAll('"deviceId":"…"', '"deviceId":"a11ce000-0000-4000-8000-0000000000d1"'),
      ) as unknown
      const parsed = tool?.input.schema().safeParse(filledIn)
      return parsed?.success === true ? undefined : `${call.tool} ${JSON.stringify(filledIn)} ${parsed?.error?.message}`
    })

    expect(wrong).toEqual([])
  })

  test('the call names every parameter that the path needs, and nothing else', () => {
    const wrong = wrongOnes(({ call }, record) => {
      if (record.tool !== undefined) return call.tool === record.tool ? undefined : call.tool
      const { path, query } = call.arguments as { path?: Record<string, string>; query?: Record<string, string> }
      try {
        const resolved = resolveCall(record, { path, query }, CONNECTION)
        return /[{}]/.test(resolved.path) ? resolved.path : undefined
      } catch (error) {
        return String(error)
      }
    })

    expect(wrong).toEqual([])
  })

  test('only what reads is called by read_endpoint', () => {
    const wrong = wrongOnes(({ call }, { effect, tool }) => {
      const expected = tool ?? (effect === 'read' ? 'read_endpoint' : 'change_endpoint')
      return call.tool === expected ? undefined : `${effect} by ${call.tool}`
    })

    expect(wrong).toEqual([])
  })

  test('where the body is not documented, a note says that it is passed on as it is', () => {
    const wrong = wrongOnes(({ body, typed, notes }, record) => {
      const isSaid = notes.some((note) => note.includes('passed on as it is'))
      const isUntyped = record.body !== undefined && !typed
      return isSaid === isUntyped && (body === undefined || typed) ? undefined : notes.join(' ')
    })

    expect(wrong).toEqual([])
  })

  test('a role is named, or that none is documented', () => {
    expect(wrongOnes(({ role }) => (role === '' ? 'no role' : undefined))).toEqual([])
  })
})

describe('several actions behind one method and path', () => {
  test('the plainest is described, and the others are named with their media types', () => {
    const { description } = described('POST /environments/{environmentID}/users/{userID}/devices')

    expect(description.id).toBe('mfa.devices.create')
    expect(description.contentType).toBe('application/json')
    expect(description.variants).toEqual([
      {
        id: 'mfa.devices.setOrder',
        contentType: 'application/vnd.pingidentity.devices.reorder+json',
        title: expect.any(String),
      },
    ])
  })

  test('one of the others has the plainest among its variants', () => {
    const { description } = described('mfa.devices.setOrder')

    expect(description.contentType).toBe('application/vnd.pingidentity.devices.reorder+json')
    expect(description.variants?.map(({ id }) => id)).toEqual(['mfa.devices.create'])
  })

  test('each variant can be described by the id that is given for it', () => {
    const wrong = wrongOnes(({ variants = [], method, path }) => {
      const others = variants.filter(({ id }) => {
        const { description } = described(id)
        return (
          description.method !== method || description.path.replace(/\{.*?\}/g, '') !== path.replace(/\{.*?\}/g, '')
        )
      })
      return others.length === 0 ? undefined : others.map(({ id }) => id).join(', ')
    })

    expect(wrong).toEqual([])
  })
})

test('reads as it is sent to an assistant', () => {
  const { description } = described('management.users.enabled.update')

  expect(description).toMatchInlineSnapshot(`
    {
      "body": {
        "$defs": {
          "UserEnabled": {
            "properties": {
              "enabled": {
                "default": true,
                "type": "boolean",
              },
            },
            "type": "object",
          },
        },
        "$ref": "#/$defs/UserEnabled",
      },
      "call": {
        "arguments": {
          "body": {
            "enabled": true,
          },
          "endpoint": "management.users.enabled.update",
          "path": {
            "userID": "…",
          },
        },
        "tool": "change_endpoint",
      },
      "contentType": "application/json",
      "curl": "curl -X PUT "\${PINGONE_API_URL%/v1}/v1/environments/$PINGONE_ENVIRONMENT_ID/users/{userID}/enabled" \\
      -H "Authorization: Bearer $PINGONE_ACCESS_TOKEN" \\
      -H 'Content-Type: application/json' \\
      -d '{"enabled":true}'",
      "effect": "destructive",
      "example": {
        "enabled": true,
      },
      "id": "management.users.enabled.update",
      "method": "PUT",
      "notes": [
        "A disabled user cannot sign on.",
      ],
      "parameters": {
        "path": [
          {
            "name": "environmentID",
            "required": true,
            "schema": {
              "type": "string",
            },
          },
          {
            "name": "userID",
            "required": true,
            "schema": {
              "type": "string",
            },
          },
        ],
        "query": [],
      },
      "path": "/environments/{environmentID}/users/{userID}/enabled",
      "role": "Identity Data Admin",
      "title": "Enable or disable a user",
      "typed": true,
    }
  `)
})
