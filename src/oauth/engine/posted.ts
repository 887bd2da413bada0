import type { Context } from 'hono'
import { isForm } from '../../http/form.ts'
import { errors } from './oidc.ts'
import { readParameters } from './parameters.ts'

/** In characters: with longer ones no browser gets through as by GET. */
const LONGEST_REQUEST = 12_000

/**
 * What an app had a browser post to a page, as the query with which the browser is sent on to that page.
 *
 * @throws {errors.InvalidRequest}
 */
export async function readPosted({ req }: Context, path: string): Promise<string> {
  if (!isForm(req.header('content-type'))) {
    throw new errors.InvalidRequest('the parameters must be sent as application/x-www-form-urlencoded')
  }
  // Whatever a form should have encoded, and a URL cannot have in it.
  const encoded = (await req.text()).replaceAll(/[^!-~]|[#"<>]/gu, encodeURIComponent)
  const parameters = readParameters(path, encoded)
  if (parameters.length > LONGEST_REQUEST) throw new errors.InvalidRequest('the request is too long')
  return parameters
}
