import { createHash } from 'node:crypto'
import { renderGraphiQL } from '@graphql-yoga/render-graphiql'
import { hashSource, policy } from '../http/security.ts'
import { type Examples, tabs } from './graphiql-tabs.ts'

/** A page, and the Content-Security-Policy that lets it work. */
export interface GraphiQLPage {
  readonly page: string
  readonly policy: string
}

/** Stands in the page, which has megabytes and is made once, where each viewer's tabs go. */
const PLACE = '__GATEHOUSE_TABS__'

/** GraphiQL with ready operations. Everything that it needs is in the page; nothing comes from elsewhere. */
export function renderGraphiQLPage(examples: Examples): GraphiQLPage {
  template ??= makeTemplate()
  const { before, after, hashed, scriptEnd } = template
  const filled = tabs.map(({ query, variables }) => ({
    query,
    variables: JSON.stringify(variables(examples), null, 2),
    headers: null,
  }))
  // `<` could end the script.
  const json = JSON.stringify(filled).replaceAll('<', '\\u003c')
  const hash = hashed.copy().update(json).update(after.slice(0, scriptEnd))
  return {
    page: `${before}${json}${after}`,
    policy: policy(
      `script-src ${hashSource(hash)}`,
      "style-src 'unsafe-inline'",
      'font-src data:',
      "img-src 'self' data:",
      "connect-src 'self'",
      'worker-src blob:',
      "form-action 'none'",
    ),
  }
}

/**
 * Pressing a tab starts to drag it, at first with a leap that takes it away from under the pointer: the
 * click then goes nowhere. So tabs stay where they are.
 */
const STYLE = '.graphiql-tab { transform: none !important }'

let template: ReturnType<typeof makeTemplate> | undefined

function makeTemplate() {
  const plain = renderGraphiQL({
    title: 'Gatehouse',
    endpoint: '/graphql',
    credentials: 'same-origin',
    subscriptionsProtocol: 'WS',
    defaultTabs: PLACE as never,
  })
  const page = plain.replace('</style>', () => `${STYLE}</style>`)
  const [before, after] = page.split(`"${PLACE}"`) as [string, string]
  const script = before.slice(before.indexOf('<script>') + '<script>'.length)
  // The policy names the script by its hash, of which the long beginning is worked out only once.
  return { before, after, hashed: createHash('sha256').update(script), scriptEnd: after.indexOf('</script>') }
}
