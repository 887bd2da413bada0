import type { Child } from './child.ts'
import type { Call } from './load.ts'
import { PASSWORD } from './world.ts'

/** An operation, as a request of somebody who holds this token. */
export const operation = (query: string, variables: object, token?: string): Call => ({
  path: '/graphql',
  headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
  body: JSON.stringify({ query, variables }),
})

/** The body of the answer to a request, which must be 200. */
export async function answerOf({ url }: Child, { method = 'POST', path, headers, body }: Call): Promise<Response> {
  const response = await fetch(url + path, { method, headers, body })
  if (!response.ok) throw new Error(`${url}${path} answers ${response.status}: ${await response.text()}`)
  return response
}

// biome-ignore lint/suspicious/noExplicitAny: the server has checked the document.
type Data = any

/** The data of an operation. @throws where there are errors. */
export async function dataOf(server: Child, query: string, variables: object, token?: string): Promise<Data> {
  const answer = await (await answerOf(server, operation(query, variables, token))).json()
  if (answer.errors) throw new Error(JSON.stringify({ query, variables, errors: answer.errors }, null, 2))
  return answer.data
}

/** What a mutation succeeded with. @throws where it did not. */
export async function mutate(server: Child, mutation: string, input: object, token?: string): Promise<Data> {
  const [, field = ''] = /\{\s*(\w+)/.exec(mutation) ?? []
  const { [field]: result } = await dataOf(server, mutation, { input }, token)
  if (!result.__typename.endsWith('Success')) throw new Error(JSON.stringify({ mutation, input, result }, null, 2))
  return result
}

/** The token of somebody who signs in by the API. */
export async function signIn(server: Child, email: string): Promise<string> {
  const mutation = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename ... on SignInSuccess { token } ... on Error { message } } }`
  return (await mutate(server, mutation, { email, password: PASSWORD })).token
}

/** Of many, one after another. */
export async function signInAll(server: Child, emails: readonly string[]): Promise<string[]> {
  const tokens: string[] = []
  for (const email of emails) tokens.push(await signIn(server, email))
  return tokens
}
