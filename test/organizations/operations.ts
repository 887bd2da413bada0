import type { Data, TestServer } from '../support/server.ts'
import type { Person } from '../support/team.ts'

/** Sends one of the mutations that concern people, and returns its result. */
export async function call(
  server: TestServer,
  as: Person | undefined,
  name: string,
  input: object,
  fields = '',
): Promise<Data> {
  const Name = name[0]?.toUpperCase() + name.slice(1)
  const answer = await server.request(
    `mutation ($input: ${Name}Input!) { result: ${name}(input: $input) {
      __typename ... on Error { code message } ... on InvalidInputError { issues { path code message } }
      ${fields && `... on ${Name}Success { ${fields} }`} } }`,
    { input },
    as?.token,
  )
  if (!answer.data?.result) throw new Error(JSON.stringify(answer.errors))
  return answer.data.result
}
