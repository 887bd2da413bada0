import type { StepName } from './command-texts.ts'
import { privateKeyFile } from './key-pair.ts'
import { isLoopback } from './rules.ts'

/** What goes into the commands of an app. */
export interface Ready {
  /** Of the server. */
  readonly url: string
  readonly clientId: string
  readonly redirectUris: readonly string[]
  readonly scopes: readonly string[]
  readonly organizationId: string
  /** Of a service: the key that it signs with. */
  readonly key?: { readonly kid: string; readonly algorithm: string } | undefined
}

export interface CommandStep {
  readonly name: StepName
  readonly command: string
}

/** A text as one word of the shell. */
export const quote = (text: string): string =>
  /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

const json = `json() { node -pe "JSON.parse(fs.readFileSync(0))$1"; }`
const base64url = `base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }`
const codeAt = `code_at() {  # waits at an address for the browser to come back, and prints the code that it brings
  node -e 'const { hostname, port } = new URL(process.argv[1])
    require("http").createServer((request, response) => {
      console.log(new URL(request.url, process.argv[1]).searchParams.get("code"))
      response.end("Go back to the terminal.", () => process.exit())
    }).listen(port || 80, hostname.replace(/[[\\]]/g, ""))' "$1"
}`

const lines = (...some: (string | false)[]): string => some.filter((line) => line !== false).join('\n')

/** Takes the token from what is answered, and shows the answer: it is also where a refusal says why. */
const take = ['echo "$answer"', 'token=$(json .access_token <<< "$answer")']

/** The flow of an app of this type, ready to run; empty for a type that only a newer server knows. */
export function commandsOf(type: string, ready: Ready): CommandStep[] {
  return flows[type]?.(ready) ?? []
}

/** The address to come back to: one where a command can wait, if there is any. */
function callbackOf({ redirectUris }: Ready, anyPort: boolean): { uri: string; canWait: boolean } {
  const local = redirectUris.find((uri) => uri.startsWith('http:') && isLoopback(uri))
  if (!local) return { uri: redirectUris[0] ?? '', canWait: false }
  const url = new URL(local)
  // On loopback, such an app may come back to any port.
  if (anyPort && !url.port) url.port = '4021'
  return { uri: url.port === new URL(local).port ? local : url.href, canWait: true }
}

function check({ scopes: [scope] }: Ready): CommandStep {
  const query = scope ? `?scope=${encodeURIComponent(scope)}` : ''
  return { name: 'check', command: `curl -si "$url/oauth/check${query}" -H "authorization: Bearer $token"` }
}

function authorize(canWait: boolean, parameters: string): CommandStep[] {
  const address = `echo "$url/oauth/authorize?response_type=code&client_id=$app&redirect_uri=$(node -p 'encodeURIComponent(process.argv[1])' "$callback")${parameters}&state=$(openssl rand -hex 16)"`
  if (canWait) return [{ name: 'agree', command: lines(address, 'code=$(code_at "$callback")') }]
  return [
    { name: 'agree', command: address },
    { name: 'code', command: "code='…'" },
  ]
}

function web(ready: Ready): CommandStep[] {
  const { uri, canWait } = callbackOf(ready, false)
  const ask = `answer=$(curl -s $url/oauth/token -u "$app:$secret" -d grant_type=authorization_code \\
  -d code="$code" --data-urlencode redirect_uri="$callback")`
  return [
    {
      name: 'prepare',
      command: lines(
        "secret='…'",
        `url=${quote(ready.url)} app=${ready.clientId} callback=${quote(uri)}`,
        json,
        canWait && codeAt,
      ),
    },
    ...authorize(canWait, ''),
    { name: 'exchange', command: lines(ask, ...take) },
    check(ready),
  ]
}

function ofPublic(ready: Ready): CommandStep[] {
  const { uri, canWait } = callbackOf(ready, true)
  const ask = `answer=$(curl -s $url/oauth/token -d grant_type=authorization_code -d client_id=$app \\
  -d code="$code" --data-urlencode redirect_uri="$callback" -d code_verifier=$verifier)`
  return [
    {
      name: 'prepare',
      command: lines(
        `url=${quote(ready.url)} app=${ready.clientId} callback=${quote(uri)}`,
        json,
        base64url,
        canWait && codeAt,
        'verifier=$(openssl rand -hex 32)',
        'challenge=$(printf %s $verifier | openssl dgst -sha256 -binary | base64url)',
      ),
    },
    ...authorize(canWait, '&code_challenge_method=S256&code_challenge=$challenge'),
    { name: 'exchange', command: lines(ask, ...take) },
    check(ready),
  ]
}

function device(ready: Ready): CommandStep[] {
  return [
    {
      name: 'start',
      command: lines(
        `url=${quote(ready.url)} app=${ready.clientId}`,
        json,
        'started=$(curl -s $url/oauth/device_authorization -d client_id=$app)',
        'json .verification_uri_complete <<< $started',
      ),
    },
    {
      name: 'poll',
      command: lines(
        `while answer=$(curl -s $url/oauth/token -d grant_type=urn:ietf:params:oauth:grant-type:device_code -d client_id=$app \\
  -d device_code=$(json .device_code <<< $started)) && [[ $answer == *authorization_pending* ]]; do sleep 5; done`,
        ...take,
      ),
    },
    check(ready),
  ]
}

function service(ready: Ready): CommandStep[] {
  const { key, clientId, url, organizationId } = ready
  if (!key) return []
  return [
    {
      name: 'prepare',
      command: lines(
        `key=${privateKeyFile(key.kid)}`,
        `url=${quote(url)} app=${clientId} kid=${key.kid} organization=${organizationId}`,
        json,
        base64url,
        // By what the server calls itself: the console may be open under another name of it.
        'issuer=$(curl -s $url/.well-known/openid-configuration | json .issuer)',
      ),
    },
    {
      name: 'sign',
      command: lines(
        `header=$(printf '{"alg":"${key.algorithm}","kid":"%s"}' $kid | base64url)`,
        `claims=$(printf '{"iss":"%s","sub":"%s","aud":"%s","exp":%d,"jti":"%s"}' \\`,
        '  $app $app $issuer $(($(date +%s) + 300)) $(openssl rand -hex 16) | base64url)',
        `assertion=$header.$claims.$(printf %s $header.$claims | ${signing(key.algorithm)})`,
      ),
    },
    {
      name: 'token',
      command: lines(
        `answer=$(curl -s $url/oauth/token -d grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer \\
  -d assertion=$assertion -d organization_id=$organization)`,
        ...take,
      ),
    },
    check(ready),
  ]
}

/** What signs its input. openssl writes other signatures than RSA ones in another form than JWTs have them. */
function signing(algorithm: string): string {
  if (algorithm === 'RS256') return 'openssl dgst -sha256 -sign "$key" | base64url'
  const digest = algorithm === 'ES256' ? '"sha256"' : 'null'
  return `node -e 'const fs = require("fs"), key = fs.readFileSync(process.argv[1])
  const options = { key, dsaEncoding: "ieee-p1363" }
  process.stdout.write(require("crypto").sign(${digest}, fs.readFileSync(0), options).toString("base64url"))' "$key"`
}

const flows: Readonly<Record<string, (ready: Ready) => CommandStep[]>> = {
  WEB: web,
  PUBLIC: ofPublic,
  DEVICE: device,
  SERVICE: service,
}
