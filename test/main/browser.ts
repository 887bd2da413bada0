/** Pages that lead on more often than this lead nowhere. */
const MAX_REDIRECTS = 20

/**
 * A browser without JavaScript that goes from one server to the next: it follows redirects, keeps
 * cookies as browsers do, one jar for all ports of a host, and posts the forms that it is shown.
 */
export class Browser {
  readonly #cookies = new Map<string, Map<string, string>>()
  readonly #headers: Record<string, string>
  /** Where it is. */
  url = 'about:blank'
  status = 0
  headers = new Headers()
  /** What it shows, as HTML. */
  page = ''

  constructor(headers: Record<string, string> = {}) {
    this.#headers = { accept: 'text/html', ...headers }
  }

  /** What it shows, as people read it. */
  get text(): string {
    const [, body = this.page] = /<main[^>]*>(.*)<\/main>/s.exec(this.page) ?? []
    return decodeHtml(body.replaceAll(/<[^>]+>/g, ' ')).replaceAll(/\s+/g, ' ')
  }

  async open(address: string, init: RequestInit = {}): Promise<void> {
    let url = new URL(address, this.url === 'about:blank' ? undefined : this.url)
    let request = init
    for (let redirects = 0; redirects < MAX_REDIRECTS; redirects++) {
      const response = await fetch(url, {
        redirect: 'manual',
        ...request,
        headers: { ...this.#headers, cookie: this.#cookieFor(url), ...request.headers },
      })
      this.#keep(url, response)
      const location = response.headers.get('location')
      if (location === null) {
        this.url = url.href
        this.status = response.status
        this.headers = response.headers
        this.page = await response.text()
        return
      }
      await response.body?.cancel()
      url = new URL(location, url)
      // What the forms of this server answer with: on with GET (RFC 9110 section 15.4.4).
      request = {}
    }
    throw new Error(`${address} leads on and on, lately to ${url}`)
  }

  /** Follows the link that says this. */
  follow(label: string): Promise<void> {
    const links = [...this.page.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gs)]
    const [, href] = links.find(([, , text = '']) => text.includes(label)) ?? this.#missing(`a link “${label}”`)
    return this.open(decodeHtml(href ?? ''))
  }

  /** Whether there is a button that says this. */
  offers(label: string): boolean {
    return this.#find(label) !== undefined
  }

  /** Presses the button that says this, with these fields of its form filled in. */
  press(label: string, fields: Record<string, string> = {}): Promise<void> {
    const { action, body } = this.#find(label) ?? this.#missing(`a button “${label}”`)
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    return this.open(action, { method: 'POST', body, headers: { origin: new URL(this.url).origin } })
  }

  #find(label: string): { readonly action: string; readonly body: URLSearchParams } | undefined {
    for (const [, action = '', form = ''] of this.page.matchAll(/<form[^>]* action="([^"]*)"[^>]*>(.*?)<\/form>/gs)) {
      const buttons = [...form.matchAll(/<button([^>]*)>(.*?)<\/button>/gs)]
      const button = buttons.find(([, , text = '']) => decodeHtml(text).includes(label))
      if (!button) continue
      const hidden = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
      const own = [...(button[1] ?? '').matchAll(/name="([^"]*)" value="([^"]*)"/g)]
      const fields = [...hidden, ...own].map(([, name = '', value = '']): [string, string] => [name, decodeHtml(value)])
      return { action: decodeHtml(action), body: new URLSearchParams(fields) }
    }
    return undefined
  }

  /** Goes where a page goes by itself, as pages that wait do. False where this one does not. */
  async goOn(): Promise<boolean> {
    const [, url] = /^\s*\d+\s*;\s*url=(.*)$/i.exec(this.headers.get('refresh') ?? '') ?? []
    if (url === undefined) return false
    await this.open(url)
    return true
  }

  #cookieFor({ hostname }: URL): string {
    return [...(this.#cookies.get(hostname) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  #keep({ hostname }: URL, { headers }: Response): void {
    const jar = this.#cookies.get(hostname) ?? new Map<string, string>()
    this.#cookies.set(hostname, jar)
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
  }

  #missing(what: string): never {
    throw new Error(`${this.url} (${this.status}) has no ${what}: ${this.text}`)
  }
}

const decodeHtml = (html: string): string =>
  html
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
