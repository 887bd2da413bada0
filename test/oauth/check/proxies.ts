import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { expect } from 'vitest'

const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` }

/** Where everything listens, on 127.0.0.1. */
export interface Ports {
  /** Of the proxy: with the configuration of docs/checking-tokens.md, in front of an API … */
  readonly guard: number
  /** … and in front of Gatehouse, as its balancer. */
  readonly balancer: number
  /** Of what is behind it. */
  readonly gatehouse: number
  readonly api: number
}

interface Proxy {
  /** Its Debian package. */
  readonly package: string
  readonly version: string
  /** What starts it, in the foreground, with all of its files in the folder. */
  prepare(folder: string, ports: Ports): Promise<readonly string[]>
}

export const proxies: Readonly<Record<string, Proxy>> = {
  nginx: {
    package: 'nginx-light',
    version: '-v',
    async prepare(folder, ports) {
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (name) => `${name}_temp_path ${folder}/${name};`,
      )
      const guard = await blockOf('nginx', {
        'listen 8080': `listen 127.0.0.1:${ports.guard}`,
        '127.0.0.1:4000': `127.0.0.1:${ports.gatehouse}`,
        '127.0.0.1:9000': `127.0.0.1:${ports.api}`,
      })
      const file = join(folder, 'nginx.conf')
      await writeFile(
        file,
        `daemon off; master_process off; pid ${folder}/pid; error_log stderr notice;
        events {} http { access_log off; ${temporary.join(' ')}\n${guard}
          map $http_upgrade $kept { default upgrade; '' ''; }
          server {
            listen 127.0.0.1:${ports.balancer};
            location / {
              proxy_pass http://gatehouse;
              proxy_http_version 1.1;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection $kept;
            }
          }
        }`,
      )
      return ['nginx', '-p', folder, '-c', file, '-e', 'stderr']
    },
  },
  HAProxy: {
    package: 'haproxy',
    version: '-v',
    async prepare(folder, ports) {
      const script = join(folder, 'gatehouse.lua')
      await writeFile(script, await blockOf('lua', { '127.0.0.1:4000': `127.0.0.1:${ports.gatehouse}` }))
      const guard = await blockOf('haproxy', {
        '/etc/haproxy/gatehouse.lua': script,
        'bind :8080': `bind 127.0.0.1:${ports.guard}`,
        '127.0.0.1:9000': `127.0.0.1:${ports.api}`,
      })
      const file = join(folder, 'haproxy.cfg')
      await writeFile(
        file,
        `${guard}
frontend balancer
    bind 127.0.0.1:${ports.balancer}
    stats enable
    stats uri /haproxy-stats
    default_backend gatehouse

backend gatehouse
    timeout tunnel 1h
    option httpchk
    server one 127.0.0.1:${ports.gatehouse} check inter 100ms
`,
      )
      return ['haproxy', '-db', '-f', file]
    },
  },
  Caddy: {
    package: 'caddy',
    version: 'version',
    async prepare(folder, ports) {
      const guard = await blockOf('caddyfile', {
        ':8080 {': `http://127.0.0.1:${ports.guard} {`,
        'forward_auth 127.0.0.1:4000': `forward_auth 127.0.0.1:${ports.gatehouse}`,
        'reverse_proxy 127.0.0.1:9000': `reverse_proxy 127.0.0.1:${ports.api}`,
      })
      const file = join(folder, 'Caddyfile')
      await writeFile(
        file,
        `{
	admin off
	auto_https off
}
${guard}
http://127.0.0.1:${ports.balancer} {
	reverse_proxy 127.0.0.1:${ports.gatehouse} {
		health_uri /readyz
		health_interval 100ms
	}
}
`,
      )
      return ['caddy', 'run', '--adapter', 'caddyfile', '--config', file]
    },
  },
}

export const isThere = ({ version }: Proxy, program: string): boolean =>
  spawnSync(program.toLowerCase(), [version], { env: environment }).error === undefined

/** Starts a proxy; resolves once it listens. */
export async function startProxy(proxy: Proxy, folder: string, ports: Ports): Promise<AsyncDisposable> {
  const [program = '', ...rest] = await proxy.prepare(folder, ports)
  const env = { ...environment, HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder }
  const process = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [process.stdout, process.stderr]) stream.on('data', (chunk) => (said += chunk))
  process.once('error', (error) => (said += error))
  for (const port of [ports.guard, ports.balancer]) {
    while (!(await isOpen(port))) if (hasEnded(process)) throw new Error(`${program} ended: ${said}`)
  }
  return {
    async [Symbol.asyncDispose]() {
      if (!hasEnded(process) && process.kill()) await once(process, 'exit')
    },
  }
}

const hasEnded = ({ exitCode, signalCode, pid }: ChildProcess) =>
  pid === undefined || exitCode !== null || signalCode !== null

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The block of the document in this language, with what stands there as it is here. */
async function blockOf(language: string, changes: Readonly<Record<string, string>>): Promise<string> {
  const document = await readFile(new URL('../../../docs/checking-tokens.md', import.meta.url), 'utf8')
  let block = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(document)?.[1] ?? ''
  for (const [there, here] of Object.entries(changes)) {
    expect(block).toContain(there)
    block = block.replaceAll(there, here)
  }
  return block
}
