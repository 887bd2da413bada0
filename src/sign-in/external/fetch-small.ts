/** The longest answer that an issuer may give, in bytes: key sets and tokens have a few thousand. */
const MAX_BYTES = 1_048_576

/** What both client libraries hand to a `fetch` of ours. */
type Fetch = (url: string, options: object) => Promise<Response>

/**
 * `fetch` for asking an issuer. The whole answer is read here, so that the time limit of the options
 * covers it, too.
 *
 * @throws {Error} for a failure of the network or of the server (5xx), and for an answer that is too long.
 */
export const fetchSmall: Fetch = async (url, options) => {
  const response = await fetch(url, options)
  if (response.status >= 500) {
    await response.body?.cancel()
    throw new Error(`it answered with ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    if (bytes > MAX_BYTES) throw new Error(`its answer has more than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  const { status, headers } = response
  return new Response(bytes > 0 ? Buffer.concat(chunks) : null, { status, headers })
}
