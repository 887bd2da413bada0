import type { TestServer, TestUser } from '../support/server.ts'

/** A browser without JavaScript: it keeps cookies, and posts the forms that it is shown. */
export class Browser {
  readonly #server: TestServer
  readonly #headers: Record<string, string>
  readonly cookies = new Map<string, string>()

  constructor(server: TestServer, headers: Record<string, string> = {}) {
    this.#server = server
    this.#headers = { accept: 'text/html', ...headers }
  }

  /** Of the pages: PUBLIC_URL. */
  get origin(): string {
    return this.#server.config.publicUrl
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  async open(path: string, init: RequestInit = {}): Promise<{ response: Response; page: string }> {
    const headers = { ...this.#headers, cookie: this.cookie, ...(init.headers as Record<string, string>) }
    const response = await this.#server.fetch(path, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    return { response, page: await response.text() }
  }

  /** Opens a page and posts its form, with these fields filled in. */
  async submit(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
    const { page } = await this.open(path)
    const action = /<form[^>]* action="([^"]*)"/.exec(page)?.[1]
    if (!action) throw new Error(`${path} has no form`)
    const hidden = [...page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
    const body = new URLSearchParams(
      hidden.map(([, name = '', value = '']): [string, string] => [name, decodeHtml(value)]),
    )
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    return this.open(action, { method: 'POST', body, headers })
  }

  signIn({ email, password }: Pick<TestUser, 'email' | 'password'>, path = '/sign-in') {
    return this.submit(path, { email, password })
  }
}

const decodeHtml = (html: string): string =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
