import {
  bodyOf,
  connectFailed,
  type Address,
  type Http,
  type HttpRequestOptions,
} from '../../../platform/index.ts'

/**
 * Fails when nobody answers there, or not well: then attempts to subscribe grow rarer.
 * @throws TROUPE_PLATFORM_CONNECT_FAILED, and what `request` throws else
 */
export async function knock(
  http: Http,
  server: Address,
  target: string,
  secure: HttpRequestOptions = {},
): Promise<void> {
  const { host, port } = server
  const request = {
    method: 'GET',
    target,
    headers: { host: `${host}:${port}` },
    body: new Uint8Array(0),
  }
  const response = await http.request(server, request, secure)
  await bodyOf(response)
  if (response.status >= 500) throw connectFailed(server, `it answers ${response.status}`)
}
