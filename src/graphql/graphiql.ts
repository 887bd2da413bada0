import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import type { Context } from 'hono'
import { hashSource, policy } from '../http/security.ts'
import { tabs } from './graphiql-tabs.ts'

/** GraphiQL with ready operations. Everything that it needs is in the page; nothing comes from elsewhere. */
export function graphiqlPage(c: Context): Response {
  rendered ??= render()
  c.header('content-security-policy', rendered.policy)
  c.header('cache-control', 'no-store')
  return c.html(rendered.page) as Response
}

let rendered: { page: string; policy: string } | undefined

function render() {
  const page = renderGraphiQL({
    title: 'GraphiQL · Gatehouse',
    endpoint: '/graphql',
    credentials: 'same-origin',
    subscriptionsProtocol: 'WS',
    defaultTabs: tabs.map((tab) => ({ ...tab, headers: null })),
  })
  const script = page.slice(page.indexOf('<script>') + '<script>'.length, page.lastIndexOf('</script>'))
  return {
    page,
    policy: policy(
      `script-src ${hashSource(script)}`,
      "style-src 'unsafe-inline'",
      'font-src data:',
      "img-src 'self' data:",
      "connect-src 'self'",
      'worker-src blob:',
      "form-action 'none'",
    ),
  }
}
