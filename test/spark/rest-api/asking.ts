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

/** Asks an API. `target` stands behind `/api/v1`. */
export async function ask(
  http: Http,
  address: Address,
  target: string,
  method: string = 'GET',
): Promise<Asked> {
  const response = await http.request(address, {
    method,
    target: `/api/v1${target}`,
    headers: {},
    body: new Uint8Array(0),
  })
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
