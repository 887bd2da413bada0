import type { IncomingMessage } from 'node:http'
import type { MiddlewareHandler } from 'hono'
import type { Config } from '../config/config.ts'
import { RequestRefused } from './answers.ts'
import type { Environment } from './environment.ts'
import { assertFewParameters, isForm, parseForm } from './form.ts'
import { answerRefused } from './refused.ts'

type Limits = Config['limits']

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
      if (!['GET', 'HEAD'].includes(c.req.method)) {
        const { text, form } = await readBody(c.env.incoming, limits)
        // Hono declares the value that it keeps a promise of.
        c.req.bodyCache.text = Promise.resolve(text) as unknown as string
        if (form) c.set('form', form)
      }
    } catch (error) {
      if (error instanceof RequestRefused) return answerRefused(c, error)
      throw error
    }
    return next()
  }

const queryOf = (url: string): string => /\?(.*)$/s.exec(url)?.[1] ?? ''

interface Body {
  readonly text: string
  /** The parameters of a form; undefined where the body is anything else. */
  readonly form?: URLSearchParams
}

/** @throws {RequestRefused} as {@link readRequest} says. */
export async function readBody(incoming: IncomingMessage, limits: Limits): Promise<Body> {
  const text = await readText(incoming, limits)
  return isForm(incoming.headers['content-type']) ? { text, form: parseForm(text, limits) } : { text }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

async function readText(incoming: IncomingMessage, { bodyBytes, formBytes }: Limits): Promise<string> {
  const { 'content-type': type, 'content-encoding': coding } = incoming.headers
  assertPlain(coding)
  assertUtf8(type)
  const most = isForm(type) ? formBytes : bodyBytes
  const { bytes, isWhole } = await readBytes(incoming, most, Math.max(most, bodyBytes))
  if (!bytes) {
    const message = `${isForm(type) ? 'A form' : 'The body of a request'} may have at most ${most} bytes.`
    // What is left of the body is not read, so nothing more can come over this connection.
    throw new RequestRefused(413, 'BODY_TOO_LARGE', message, isWhole ? {} : { connection: 'close' })
  }
  try {
    // Takes a byte order mark off, too.
    return decoder.decode(bytes)
  } catch {
    throw new RequestRefused(400, 'BODY_NOT_UTF8', 'The body is not UTF-8.')
  }
}

/** RFC 9110 section 15.5.16: a refusal for the coding says which one is taken. */
function assertPlain(coding = ''): void {
  if (/^\s*(identity)?\s*$/i.test(coding)) return
  const message = 'Send the body as it is, without Content-Encoding.'
  throw new RequestRefused(415, 'UNSUPPORTED_MEDIA_TYPE', message, { 'accept-encoding': 'identity' })
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
function readBytes(
  incoming: IncomingMessage,
  most: number,
  drained: number,
): Promise<{ readonly bytes?: Buffer; readonly isWhole: boolean }> {
  if (Number(incoming.headers['content-length'] ?? 0) > drained) return Promise.resolve({ isWhole: false })
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= most) chunks.push(chunk)
      if (size <= drained) return
      incoming.pause()
      resolve({ isWhole: false })
    })
    incoming.once('end', () =>
      resolve(size > most ? { isWhole: true } : { bytes: Buffer.concat(chunks, size), isWhole: true }),
    )
    incoming.once('error', reject)
    incoming.once('close', () => reject(new Error('the connection was closed before the body was there')))
  })
}
