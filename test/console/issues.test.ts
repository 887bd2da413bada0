import { readFile } from 'node:fs/promises'
import { buildSchema, type GraphQLEnumType } from 'graphql'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { redirectUriFault } from '../../client-demo/apps/rules.ts'
import { type Fault, issueTexts, sayIssue } from '../../client-demo/ui/issue-texts.ts'
import { emailFault, lineFault, linkFault, proseFault } from '../../client-demo/ui/rules.ts'
import { redirectUriProblem } from '../../src/apps/rules.ts'
import { InvalidInput } from '../../src/errors.ts'
import { email, line, link, parse, prose } from '../../src/input.ts'

test('what can be wrong with a field has words in both languages', async () => {
  const schema = buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'))
  const codes = (schema.getType('InputIssueCode') as GraphQLEnumType).getValues().map(({ name }) => name)
  expect(Object.keys(issueTexts.en).toSorted()).toEqual(codes.toSorted())
  expect(Object.keys(issueTexts.zh).toSorted()).toEqual(codes.toSorted())
  for (const code of codes) {
    const issue = { code, message: 'in English, from the server', limit: 1234, value: 'documents:read' }
    expect(sayIssue('zh', issue)).toMatch(/\p{Script=Han}/u)
    expect(sayIssue('en', issue)).toMatch(/^[\x20-\x7e]+$/)
    expect(sayIssue('en', issue)).not.toBe(issue.message)
  }
  expect(sayIssue('zh', { code: 'TOO_LONG', limit: 2000 })).toBe('最多 2,000 个字符。')
})

test('what only a newer server finds wrong is said in its own words', () => {
  expect(sayIssue('zh', { code: 'NOT_A_HAIKU', message: 'must have 17 syllables' })).toBe('must have 17 syllables')
})

/** The code of the first thing that the server finds wrong. */
function codeOf(schema: z.ZodType, text: string): string | undefined {
  try {
    parse(schema, text)
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    return error.issues[0]?.code
  }
  return undefined
}

describe('a form refuses what the server refuses, for the same reason, and nothing else:', () => {
  const texts = [
    'Harbor Log',
    '  Harbor Log  ',
    'a\nb',
    'a\tb',
    'a\0b',
    'a\ud800',
    'a\u202eb',
    'a\u2069',
    'a\u200fb',
    '\u200b\u2060\ufeff',
    '\u3164',
    'x'.repeat(100),
    ` ${'x'.repeat(100)} `,
    'x'.repeat(101),
    'x'.repeat(2001),
    '\u200b'.repeat(101),
    '用户',
    'ann@example.com',
    ' Ann@Example.com ',
    'ann@localhost',
    'ann@@example.com',
    'a b@example.com',
    'a@example.com\nBcc: b@example.com',
    '用户@例子.公司',
    `${'x'.repeat(65)}@example.com`,
    `${'x'.repeat(300)}@example.com`,
    '"quoted"@example.com',
    'https://log.example/logo.svg',
    'https://log.example/a b',
    'https://log.example/\0',
    'https://log.example/\ud83d',
    `https://log.example/${'x'.repeat(2000)}`,
    'http://log.example/',
    'javascript:alert(1)',
    'https:',
  ]
  const fields: [name: string, z.ZodType, (text: string) => Fault | undefined][] = [
    ['names', line(100), (text) => lineFault(text, 100)],
    ['descriptions and reasons', prose(1000), (text) => proseFault(text, 1000)],
    ['e-mail addresses', email, emailFault],
    ['links', link, linkFault],
  ]
  test.each(fields)('%s', (_name, schema, faultOf) => {
    // That a name or an address is missing, a form says as well; a link may be.
    for (const text of schema === link ? texts : [...texts, '', ' \n\t'])
      expect([text, faultOf(text)?.code]).toEqual([text, codeOf(schema, text)])
  })

  const uris = [
    'https://app.example/callback',
    'https://app.example/a?b=c',
    'https:app.example',
    'https:///app.example',
    'https://ann@app.example/',
    'https://app.example/#top',
    'https://*.app.example/',
    'https://app.example/ö',
    'https://app.example/a b',
    'http://app.example/',
    'http://localhost:4020/callback',
    'http://127.0.0.1/callback',
    'http://[::1]:80/',
    'com.example.app:/callback',
    'javascript:alert(1)',
    'data:text/html,x',
    'cursor://callback',
    'http://app.localhost/',
    'https://localhost:8443/callback',
    'https://app.localhost./callback',
    'https://localhost.example/callback',
    'https://127.1/callback',
    'https://127.0.0.1.example/callback',
    'https://[::1]/callback',
    '/callback',
    `https://app.example/${'a'.repeat(2000)}`,
    '',
  ]
  test.each(['WEB', 'PUBLIC'] as const)('redirect URIs of a %s app', (type) => {
    for (const uri of uris)
      expect([uri, redirectUriFault(uri, type)?.code]).toEqual([uri, redirectUriProblem(uri, type, ['cursor'])?.code])
  })

  test('whether a scheme without a dot is on the list of the server, the server says', () => {
    expect(redirectUriFault('app:/callback', 'PUBLIC')).toBeUndefined()
    expect(redirectUriProblem('app:/callback', 'PUBLIC', ['cursor'])?.code).toBe('SCHEME_WITHOUT_DOT')
  })
})
