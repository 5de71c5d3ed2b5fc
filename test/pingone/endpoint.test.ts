import { describe, expect, it } from 'vitest'
import { parseBaseUrl, parseRegion, pingOneId, regionUrls, withVersion } from '../../src/pingone/endpoint.ts'

describe('the region', () => {
  it.each([
    ['EU', 'EU'],
    ['eu', 'EU'],
    [' Na ', 'NA'],
    ['com', 'NA'],
    ['com.au', 'AU'],
    ['API.PINGONE.CA', 'CA'],
    ['asia', 'AP'],
    ['sg', 'SG'],
    ['api.pingone.example', undefined],
    ['', undefined],
    ['constructor', undefined],
  ])('%j is %j', (text, region) => {
    expect(parseRegion(text)).toBe(region)
  })

  it('has an API with a version and an auth service without', () => {
    expect(regionUrls('AU')).toEqual({
      apiUrl: 'https://api.pingone.com.au/v1',
      authUrl: 'https://auth.pingone.com.au',
    })
  })
})

describe('a base URL', () => {
  it.each([
    ['https://id.example.com/', 'https://id.example.com'],
    ['https://id.example.com/base//', 'https://id.example.com/base'],
    ['http://localhost:9000', 'http://localhost:9000'],
    ['http://127.0.0.1:9000/v1', 'http://127.0.0.1:9000/v1'],
    ['http://[::1]:9000', 'http://[::1]:9000'],
  ])('%j is %j', (text, url) => {
    expect(parseBaseUrl(text)).toEqual({ url })
  })

  it.each([
    'id.example.com',
    'http://id.example.com',
    'http://127.0.0.1.example.com',
    'ftp://localhost',
    'https://user:pass@id.example.com',
    'https://id.example.com?x=1',
    'https://id.example.com#x',
  ])('is not %j', (text) => {
    expect(parseBaseUrl(text)).toHaveProperty('problem')
  })

  it.each([
    ['https://a.example', 'https://a.example/v1'],
    ['https://a.example/v1', 'https://a.example/v1'],
    ['https://a.example/base', 'https://a.example/base/v1'],
  ])('%j has its version as %j', (url, versioned) => {
    expect(withVersion(url)).toBe(versioned)
  })
})

describe('an id', () => {
  it('is a UUID of any version, in lower case', () => {
    expect(pingOneId().parse('0783541C-A172-8D40-0783-541CA1728D40')).toBe('0783541c-a172-8d40-0783-541ca1728d40')
    expect(pingOneId().safeParse('0783541c').success).toBe(false)
  })
})
