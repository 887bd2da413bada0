import { type CookieOptions, parse, serialize } from 'hono/utils/cookie'
import type { Config } from '../config/config.ts'

/**
 * A cookie of Gatehouse: HttpOnly, SameSite=Lax. Where PUBLIC_URL is https its name begins with
 * `__Host-`, which ties it to exactly this origin, and browsers take it over https only (RFC 6265bis
 * section 4.1.3).
 */
class Cookie {
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  name({ publicUrl }: Config): string {
    return publicUrl.startsWith('https:') ? `__Host-${this.#name}` : this.#name
  }

  /** Its value in a Cookie header. */
  read(config: Config, header: string | undefined): string | undefined {
    const name = this.name(config)
    return header === undefined ? undefined : parse(header, name)[name]
  }

  /** The Set-Cookie header that sets it; `maxAge` in seconds, or until the browser closes. */
  set(config: Config, value: string, maxAge?: number): string {
    const options: CookieOptions = {
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      secure: this.name(config) !== this.#name,
    }
    return serialize(this.name(config), value, maxAge === undefined ? options : { ...options, maxAge })
  }

  /** The Set-Cookie header that makes the browser forget it. */
  clear(config: Config): string {
    return this.set(config, '', 0)
  }
}

export const sessionCookie = new Cookie('gatehouse_session')

/** The other half of the token in a form: proof that the form is ours (OWASP: double-submit cookie). */
export const formCookie = new Cookie('gatehouse_form')

/** A sign-in at an external issuer that is under way, sealed. */
export const flowCookie = new Cookie('gatehouse_external')
