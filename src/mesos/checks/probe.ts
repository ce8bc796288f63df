import type { Environment, HttpResponse } from '../../platform/index.ts'
import type { ProbeResult } from './results.ts'

/** As many times a server may send on to another place. */
const MOST_REDIRECTS = 20
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** A request of a check. */
export interface HttpProbe {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly path: string
}

/** Asks once by HTTP, following redirects; of HTTPS any certificate will do. Never rejects. */
export async function probeHttp(
  { http }: Pick<Environment, 'http'>,
  { scheme, host, port, path }: HttpProbe,
  timeoutMs: number,
): Promise<ProbeResult> {
  const shown = host.includes(':') ? `[${host}]` : host
  let url = new URL(`${scheme}://${shown}:${port}${path === '' ? '/' : path}`)
  try {
    for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
      const isSecure = url.protocol === 'https:'
      const response = await http.request(
        {
          host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
          port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
        },
        {
          method: 'GET',
          target: `${url.pathname}${url.search}`,
          headers: { host: url.host, accept: '*/*' },
          body: new Uint8Array(0),
        },
        { timeoutMs, isSecure, trustsAny: true },
      )
      drop(response)
      const { location } = response.headers
      if (!REDIRECTS.has(response.status) || location === undefined) {
        return { type: 'http', statusCode: response.status }
      }
      url = new URL(location, url)
    }
    return { type: 'failed', reason: 'it is sent from place to place without an end' }
  } catch (error) {
    return { type: 'failed', reason: reasonOf(error) }
  }
}

/** The body is nobody's concern. */
function drop(response: HttpResponse): void {
  response.handle({ data: () => undefined, closed: () => undefined })
  response.destroy()
}

/** Connects once by TCP. Never rejects. */
export async function probeTcp(
  { network }: Pick<Environment, 'network'>,
  host: string,
  port: number,
  timeoutMs: number,
): Promise<ProbeResult> {
  try {
    const connection = await network.connect({ host, port }, { timeoutMs })
    connection.handle({ data: () => undefined, closed: () => undefined })
    connection.end()
    return { type: 'tcp', hasSucceeded: true }
  } catch {
    return { type: 'tcp', hasSucceeded: false }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
