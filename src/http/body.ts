import type { IncomingMessage } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
import type { Config } from '../config/config.ts'
import { RequestRefused } from './answers.ts'
import type { Environment } from './environment.ts'
import { assertFewParameters, isForm, parseForm } from './form.ts'
import { answerRefused } from './refused.ts'

/**
 * What a request may bring, checked before anything else looks at it: the number of parameters in its query,
 * the size of its body, and how the body is written. The body is read here and nowhere else: handlers get it
 * as text (`c.req.text()`), and a form as its parameters (`formOf(c)`).
 *
 * It answers 400 for too many parameters, or a body that is not UTF-8; 413 for a
 * larger body, whether or not the client said beforehand how much it sends; 415 for another charset, or a
 * body that is compressed.
 */
export const readRequest =
  ({ limits }: Config): MiddlewareHandler<Environment> =>
  async (c, next) => {
    try {
      assertFewParameters(queryOf(c.req.url), limits)
      if (!['GET', 'HEAD'].includes(c.req.method)) await readBody(c, limits)
    } catch (error) {
      if (error instanceof RequestRefused) return answerRefused(c, error)
      throw error
    }
    return next()
  }

async function readBody(c: Context<Environment>, limits: Config['limits']): Promise<void> {
  const text = await readText(c, limits)
  // Hono declares the value that it keeps a promise of.
  c.req.bodyCache.text = Promise.resolve(text) as unknown as string
  if (isForm(c.req.header('content-type'))) c.set('form', parseForm(text, limits))
}

const queryOf = (url: string): string => /\?(.*)$/s.exec(url)?.[1] ?? ''

async function readText(c: Context<Environment>, { bodyBytes, formBytes }: Config['limits']): Promise<string> {
  const type = c.req.header('content-type')
  assertPlain(c, c.req.header('content-encoding'))
  assertUtf8(type)
  const most = isForm(type) ? formBytes : bodyBytes
  const { bytes, isWhole } = await readBytes(c.env.incoming, most, Math.max(most, bodyBytes))
  if (!bytes) {
    // What is left of the body is not read, so nothing more can come over this connection.
    if (!isWhole) c.header('connection', 'close')
    const message = `${isForm(type) ? 'A form' : 'The body of a request'} may have at most ${most} bytes.`
    throw new RequestRefused(413, 'BODY_TOO_LARGE', message)
  }
  try {
    // Takes a byte order mark off, too.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new RequestRefused(400, 'BODY_NOT_UTF8', 'The body is not UTF-8.')
  }
}

/** RFC 9110 section 15.5.16: a refusal for the coding says which one is taken. */
function assertPlain(c: Context<Environment>, coding = ''): void {
  if (/^\s*(identity)?\s*$/i.test(coding)) return
  c.header('accept-encoding', 'identity')
  throw new RequestRefused(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the body as it is, without Content-Encoding.')
}

/** ASCII is UTF-8 as it stands. */
function assertUtf8(type = ''): void {
  for (const [, charset = ''] of type.matchAll(/;\s*charset\s*=\s*"?([^\s;"]*)/gi)) {
    if (/^(utf-?8|us-ascii)$/i.test(charset)) continue
    throw new RequestRefused(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send the body in UTF-8: no other charset is read.')
  }
}

/**
 * The bytes of the body; undefined where there are more than `most`. Up to `drained` of those are read and
 * dropped: a client that is cut off while it sends does not hear why.
 */
async function readBytes(
  incoming: IncomingMessage,
  most: number,
  drained: number,
): Promise<{ readonly bytes?: Buffer; readonly isWhole: boolean }> {
  if (Number(incoming.headers['content-length'] ?? 0) > drained) return { isWhole: false }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    size += chunk.length
    if (size > drained) return { isWhole: false }
    if (size <= most) chunks.push(chunk)
  }
  return size > most ? { isWhole: true } : { bytes: Buffer.concat(chunks, size), isWhole: true }
}
