import { bodyOf, type Address, type Http } from '../../../src/platform/index.ts'

/** What came for a request. */
export interface Asked {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly bytes: Uint8Array
  /** Of an answer of JSON. */
  readonly json: () => unknown
}

/** Servers on a busy machine take their time. */
const PATIENCE_MS = 60_000

/** Asks an API. `target` stands behind `/api/v1`. */
export async function ask(
  http: Http,
  address: Address,
  target: string,
  method: string = 'GET',
): Promise<Asked> {
  const request = { method, target: `/api/v1${target}`, headers: {}, body: new Uint8Array(0) }
  const response = await http.request(address, request, { timeoutMs: PATIENCE_MS })
  const bytes = await bodyOf(response)
  const text = new TextDecoder().decode(bytes)
  const { status, headers } = response
  return { status, headers, text, bytes, json: () => JSON.parse(text) as unknown }
}

/** Where a URL of an API leads. */
export function addressOf(url: string | undefined): Address {
  const { hostname, port } = new URL(url ?? 'http://nowhere:1')
  return { host: hostname, port: Number(port) }
}
