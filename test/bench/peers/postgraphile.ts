/** PostGraphile over the same tables, as it comes. It is no dependency: the folder that it was installed into is named. */
import { createServer, type RequestListener } from 'node:http'
import { createRequire } from 'node:module'

const installed = createRequire(`${process.env.INSTALLED_IN}/package.json`)
const { postgraphile } = installed('postgraphile')
const { PostGraphileAmberPreset } = installed('postgraphile/presets/amber')
const { makePgService } = installed('postgraphile/adaptors/pg')
const { grafserv } = installed('postgraphile/grafserv/node')

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({ connectionString: process.env.DATABASE_URL, schemas: ['public'], poolConfig: { max: 10 } }),
  ],
  grafserv: { graphiql: false },
})
const server = createServer()
await instance.createServ(grafserv).addTo(server)
const [answer] = server.listeners('request') as RequestListener[]
server.removeAllListeners('request')
server.on('request', (request, response) => {
  if (request.url === '/healthz') response.end()
  else answer?.(request, response)
})
server.listen(Number(process.env.PORT), '127.0.0.1')
process.once('SIGTERM', () => process.exit())
