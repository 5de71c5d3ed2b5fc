import { describe, expect, it } from 'vitest'
import { parseHttpSettings } from '../../src/http/settings.ts'
import { Secret } from '../../src/lib/secret.ts'

const FLAGS = { host: 'localhost', port: '0', insecureLoopback: false }
const ISSUER = { PINGONE_MFA_HTTP_ISSUER: 'https://issuer.example.com/as' }
const CLIENT = { PINGONE_MFA_APPROVER_CLIENT_ID: 'pages', PINGONE_MFA_APPROVER_CLIENT_SECRET: 'hush-hush' }

describe('the HTTP settings', () => {
  it('are an issuer at least', () => {
    expect(parseHttpSettings(ISSUER, FLAGS)).toEqual({
      host: 'localhost',
      port: 0,
      tokens: { issuer: 'https://issuer.example.com/as' },
    })
  })

  it('without an issuer are refused, and say what to do', () => {
    expect(() => parseHttpSettings({}, FLAGS)).toThrow('PINGONE_MFA_HTTP_ISSUER is missing')
    expect(() => parseHttpSettings({ PINGONE_MFA_HTTP_ISSUER: '  ' }, FLAGS)).toThrow('PINGONE_MFA_HTTP_ISSUER')
  })

  it.each(['localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]'])('may do without one on %s', (host) => {
    expect(parseHttpSettings({}, { ...FLAGS, host, insecureLoopback: true })).not.toHaveProperty('tokens')
  })

  it.each([
    '0.0.0.0',
    '::',
    '10.0.0.1',
    'example.com',
    'localhost.example.com',
    '127.0.0.1.nip.io',
    '::ffff:127.0.0.1',
  ])('may not do without one on %s', (host) => {
    expect(() => parseHttpSettings({}, { ...FLAGS, host, insecureLoopback: true })).toThrow('binds only a loopback')
  })

  it('take no issuer that could be overheard', () => {
    for (const issuer of [
      'http://issuer.example.com',
      'ftp://issuer.example.com',
      'issuer',
      'https://a:b@issuer.example.com',
    ]) {
      expect(() => parseHttpSettings({ PINGONE_MFA_HTTP_ISSUER: issuer }, FLAGS)).toThrow('PINGONE_MFA_HTTP_ISSUER')
    }
    expect(parseHttpSettings({ PINGONE_MFA_HTTP_ISSUER: 'http://localhost:9000' }, FLAGS).tokens).toEqual({
      issuer: 'http://localhost:9000',
    })
  })

  it('have a public URL that is an origin', () => {
    const parse = (url: string) => parseHttpSettings({ ...ISSUER, PINGONE_MFA_PUBLIC_URL: url }, FLAGS).publicUrl
    expect(parse('https://MFA.example.com/')).toBe('https://mfa.example.com')
    expect(parse('https://mfa.example.com:443')).toBe('https://mfa.example.com')
    for (const url of [
      'https://mfa.example.com/mcp',
      'https://mfa.example.com?x',
      'https://u:p@mfa.example.com',
      'mfa.example.com',
      'data:text/plain,x',
    ]) {
      expect(() => parse(url)).toThrow('PINGONE_MFA_PUBLIC_URL')
    }
  })

  it('name the approvers’ client, at the same issuer or another', () => {
    const own = { ...ISSUER, ...CLIENT, PINGONE_MFA_APPROVER_CLAIM: 'https://example.com/groups=a=b' }
    const { approvers } = parseHttpSettings(own, FLAGS)
    expect(approvers).toMatchObject({
      issuer: 'https://issuer.example.com/as',
      clientId: 'pages',
      claim: { name: 'https://example.com/groups', value: 'a=b' },
    })
    expect(approvers?.clientSecret).toBeInstanceOf(Secret)
    const elsewhere = { ...own, PINGONE_MFA_APPROVER_ISSUER: 'https://people.example.com' }
    expect(parseHttpSettings(elsewhere, FLAGS).approvers?.issuer).toBe('https://people.example.com')
  })

  it('name what is missing of the approvers’ client, without its secret', () => {
    const half = { ...ISSUER, PINGONE_MFA_APPROVER_CLIENT_SECRET: 'hush-hush', PINGONE_MFA_APPROVER_CLAIM: 'groups' }
    try {
      parseHttpSettings(half, FLAGS)
      expect.unreachable()
    } catch (error) {
      const said = JSON.stringify(error) + String(error)
      expect(said).toContain('PINGONE_MFA_APPROVER_CLIENT_ID is missing')
      expect(said).toContain('PINGONE_MFA_APPROVER_CLAIM must be')
      expect(said).not.toContain('hush-hush')
    }
    expect(() => parseHttpSettings({ ...ISSUER, PINGONE_MFA_APPROVER_CLAIM: 'groups=x' }, FLAGS)).toThrow(
      'PINGONE_MFA_APPROVER_CLIENT_ID',
    )
  })

  it.each(['-1', '65536', 'http', '1.5', '0x50', ''])('take no port %j', (port) => {
    expect(() => parseHttpSettings(ISSUER, { ...FLAGS, port })).toThrow('--port')
  })
})
