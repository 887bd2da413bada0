import { type Accept, parseAccept } from 'hono/utils/accept'

/**
 * Those of `offered` that a client takes, the best first (RFC 9110 section 12.5.1): of several ranges that a
 * type falls under, the most specific one says how good it is, and 0 is not at all. Of equally good ones the
 * client's order decides, then ours. A client that says nothing takes everything.
 */
export function acceptable(header: string | undefined, offered: readonly string[]): string[] {
  const ranges = header?.trim() ? parseAccept(header) : [{ type: '*/*', params: {}, q: 1 }]
  return offered
    .flatMap((type) => {
      const range = mostSpecific(ranges, type)
      return range && range.q > 0 ? [{ type, q: range.q, at: ranges.indexOf(range) }] : []
    })
    .sort((one, other) => other.q - one.q || one.at - other.at)
    .map(({ type }) => type)
}

/** Parameters of a type are not looked at, but for a charset: everything is sent in UTF-8. */
function mostSpecific(ranges: readonly Accept[], type: string): Accept | undefined {
  const forms = [type, `${type.split('/')[0]}/*`, '*/*']
  const inUtf8 = ranges.filter(({ params }) => /^utf-?8$/i.test(params.charset ?? 'utf-8'))
  return forms.flatMap((form) => inUtf8.find((range) => range.type.toLowerCase() === form) ?? [])[0]
}
