import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import { ConfigError } from '../../src/config/config-error.ts'

const good = { OIDC_ISSUER: 'https://login.example.com', OIDC_CLIENT_ID: 'gatehouse' }

describe('the configuration of issuers', () => {
  test('is empty by itself', () => {
    expect(readConfig({}).issuers).toEqual([])
  })

  test('takes three lines', () => {
    expect(readConfig({ ...good, OIDC_PROVISION: '1' }).issuers).toEqual([
      {
        slug: '1',
        url: new URL('https://login.example.com'),
        clientId: 'gatehouse',
        clientSecret: undefined,
        name: 'login.example.com',
        audience: undefined,
        provision: true,
      },
    ])
  })

  test('names further ones by number, in any order and with gaps', () => {
    const { issuers } = readConfig({
      OIDC_10_ISSUER: 'http://127.0.0.1:9000/realms/x',
      OIDC_10_CLIENT_ID: 'c',
      OIDC_3_ISSUER: 'https://b.example.com',
      OIDC_3_CLIENT_ID: 'b',
      OIDC_3_CLIENT_SECRET: 'secret',
      OIDC_3_NAME: 'Bee',
      OIDC_3_AUDIENCE: 'api',
      OIDC_3_PROVISION: '0',
      ...good,
    })
    expect(issuers.map(({ slug, name }) => [slug, name])).toEqual([
      ['1', 'login.example.com'],
      ['3', 'Bee'],
      ['10', '127.0.0.1:9000'],
    ])
    expect(issuers[1]).toMatchObject({ clientSecret: 'secret', audience: 'api', provision: false })
  })

  test.each([
    ['OIDC_ISSUER', 'login.example.com'],
    ['OIDC_ISSUER', ''],
    ['OIDC_ISSUER', 'http://login.example.com'],
    ['OIDC_ISSUER', 'http://localhost.example.com'],
    ['OIDC_ISSUER', 'ftp://localhost'],
    ['OIDC_ISSUER', 'https://login.example.com?a=b'],
    ['OIDC_ISSUER', 'https://login.example.com#a'],
    ['OIDC_ISSUER', 'https://a:b@login.example.com'],
    ['OIDC_ISSUER', 'http://localhost:4000'],
    ['OIDC_CLIENT_ID', ''],
    ['OIDC_CLIENT_SECRET', ' '],
    ['OIDC_NAME', ''],
    ['OIDC_NAME', 'x'.repeat(61)],
    ['OIDC_AUDIENCE', ''],
    ['OIDC_PROVISION', 'yes'],
    ['OIDC_2_CLIENT_ID', 'b'],
    ['OIDC_2_ISSUER', 'https://b.example.com'],
    ['OIDC_1_ISSUER', 'https://b.example.com'],
    ['OIDC_02_ISSUER', 'https://b.example.com'],
    ['OIDC_100_NAME', 'B'],
  ])('refuses %s=%j in a line that names it', (name, value) => {
    const read = () => readConfig({ ...good, [name]: value })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(/^OIDC_\w+ [^\n]+$/)
    expect(read).toThrow(name.replace('2_CLIENT_ID', '2_ISSUER').replace('2_ISSUER', '2_'))
  })

  test('refuses the same issuer twice', () => {
    const twice = { OIDC_2_ISSUER: 'https://login.example.com/', OIDC_2_CLIENT_ID: 'b' }
    expect(() => readConfig({ ...good, ...twice })).toThrow(/^OIDC_2_ISSUER /)
  })

  test('leaves variables of others alone', () => {
    expect(readConfig({ OIDC_PORT: 'tcp://10.0.0.1:80', OIDC_X_ISSUER: 'x', XOIDC_ISSUER: 'x' }).issuers).toEqual([])
  })
})
