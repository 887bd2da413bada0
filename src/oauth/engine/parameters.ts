import { isUtf8 } from '../../http/form.ts'
import { errors } from './oidc.ts'
import { paths } from './paths.ts'

/** What is stored until somebody comes for it, though anybody may ask for it. */
const stored: readonly string[] = [
  paths.authorization,
  paths.pushed_authorization_request,
  paths.device_authorization,
  // Nothing of it is stored, but all of it goes through an address.
  paths.end_session,
]

/** How many characters a parameter there may have … */
const USUAL = 2_048
/** … and these, which have more to say: an app's own state, and what servers made. */
const longer: Readonly<Record<string, number>> = {
  state: 4_096,
  claims: 4_096,
  id_token_hint: 8_192,
  client_assertion: 8_192,
}

/**
 * The parameters of a query or a form, as the engine takes them. It knows no parameter that stands there
 * several times, so several values of `resource` (RFC 8707 section 2) become one, with spaces in between:
 * no URI has any.
 *
 * @throws {errors.InvalidRequest}
 */
export function readParameters(path: string, encoded: string): string {
  // No parameter may have a NUL in it (RFC 6749 appendix A), and PostgreSQL stores none.
  if (encoded.includes('%00') || encoded.includes('\0')) throw new errors.InvalidRequest('a parameter contains a NUL')
  if (!isUtf8(encoded)) throw new errors.InvalidRequest('a parameter is not UTF-8')
  const folded = foldResources(encoded.split('&').filter(hasValue))
  if (stored.includes(path)) {
    for (const [name, value] of new URLSearchParams(folded)) {
      if (value.length > (longer[name] ?? USUAL)) {
        throw new errors.InvalidRequest(`the parameter ${printable(name)} is too long`)
      }
    }
  }
  return folded
}

const printable = (name: string): string => name.slice(0, 50).replaceAll(/[^\w.-]/g, '?')

/** A parameter without a value counts as left out (RFC 6749 sections 3.1 and 3.2). */
const hasValue = (pair: string): boolean => !/^[^=]*=?$/.test(pair)

/** Only the resources are touched: all else reaches the engine as it was sent, and is refused there where it is wrong. */
function foldResources(pairs: string[]): string {
  const { resources = [], others = [] } = Object.groupBy(pairs, (pair) =>
    pair.startsWith('resource=') ? 'resources' : 'others',
  )
  if (resources.length < 2) return pairs.join('&')
  const values = new URLSearchParams(resources.join('&')).getAll('resource').filter(Boolean)
  return [...others, `resource=${encodeURIComponent([...new Set(values)].join(' '))}`].join('&')
}
