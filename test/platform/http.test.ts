import { bodyOf, type Http, type HttpExchange, type HttpStream } from '../../src/platform/index.ts'
import { both } from './both.ts'
import { LOOPBACK, refusal } from './connections.ts'

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content)

const get = { method: 'GET', target: '/', headers: {}, body: bytes('') }

async function whole(http: Http, ...request: Parameters<Http['request']>) {
  const response = await http.request(...request)
  return { ...response, text: text(await bodyOf(response)) }
}

both('a request comes whole, and its answer comes back', async (t, place) => {
  const server = place.environment('server').http
  const client = place.environment('client').http
  const listener = await server.listen(LOOPBACK, ({ request, reply }) => {
    const { method, target, headers } = request
    const said = `${method} ${target} ${headers['x-a'] ?? ''} ${text(request.body)}`
    reply({ status: 202, headers: { 'X-B': 'two' }, body: bytes(said) })
  })
  const answer = await whole(client, listener.address, {
    method: 'POST',
    target: '/a/b?c=d%20e',
    headers: { 'X-A': 'one' },
    body: bytes('content'),
  })
  t.is(answer.status, 202)
  t.is(answer.headers['x-b'], 'two')
  t.is(answer.text, 'POST /a/b?c=d%20e one content')
  await listener.close()
})

both('an answer without a body is whole', async (t, place) => {
  const listener = await place
    .environment('server')
    .http.listen(LOOPBACK, ({ reply }) => reply({ status: 202 }))
  const answer = await whole(place.environment('client').http, listener.address, get)
  t.deepEqual([answer.status, answer.text], [202, ''])
  await listener.close()
})

both('a stream is read as it is written, until its end', async (t, place) => {
  const streams: HttpStream[] = []
  const listener = await place.environment('server').http.listen(LOOPBACK, ({ stream }) => {
    streams.push(stream({ status: 200, headers: { 'x-stream': 'yes' } }))
  })
  const response = await place.environment('client').http.request(listener.address, get)
  t.is(response.headers['x-stream'], 'yes')
  const [stream] = streams
  let seen = ''
  let onSeen = (): void => undefined
  const closed = new Promise<Error | undefined>((resolve) => {
    response.handle({
      data: (part) => {
        seen += text(part)
        onSeen()
      },
      closed: resolve,
    })
  })
  const one = new Promise<void>((resolve) => (onSeen = resolve))
  stream?.write(bytes('one'))
  await one
  t.is(seen, 'one')
  stream?.write(bytes('two'))
  stream?.end()
  t.is(await closed, undefined)
  t.is(seen, 'onetwo')
  await listener.close()
})

both('a stream that is broken is not whole', async (t, place) => {
  const listener = await place.environment('server').http.listen(LOOPBACK, ({ stream }) => {
    const begun = stream({ status: 200 })
    begun.write(bytes('part'))
    begun.destroy()
  })
  const http = place.environment('client').http
  const error = await refusal(whole(http, listener.address, get))
  t.is(error.code, 'TROUPE_PLATFORM_CONNECTION_LOST')
  await listener.close()
})

both('the server hears when a client leaves its stream', async (t, place) => {
  let left = (): void => undefined
  const gone = new Promise<void>((resolve) => (left = resolve))
  const listener = await place.environment('server').http.listen(LOOPBACK, ({ stream }) => {
    stream({ status: 200 }).onClosed(left)
  })
  const response = await place.environment('client').http.request(listener.address, get)
  response.handle({ data: () => undefined, closed: () => undefined })
  response.destroy()
  await gone
  t.is(response.status, 200)
  await listener.close()
})

both('a body over the limit is answered with 413', async (t, place) => {
  const taken: HttpExchange[] = []
  const listener = await place
    .environment('server')
    .http.listen(LOOPBACK, (exchange) => void taken.push(exchange), { maxBodyBytes: 10 })
  const request = { ...get, method: 'POST', body: new Uint8Array(11) }
  const answer = await whole(place.environment('client').http, listener.address, request)
  t.is(answer.status, 413)
  t.is(taken.length, 0)
  await listener.close()
})

both('where nobody listens, or two want to, is told', async (t, place) => {
  const http = place.environment('server').http
  const listener = await http.listen(LOOPBACK, ({ reply }) => reply({ status: 200 }))
  const taken = await refusal(http.listen(listener.address, () => undefined))
  t.is(taken.code, 'TROUPE_PLATFORM_ADDRESS_IN_USE')
  await listener.close()
  const client = place.environment('client').http
  const nobody = await refusal(client.request(listener.address, get))
  t.is(nobody.code, 'TROUPE_PLATFORM_CONNECT_FAILED')
})

both('closing the listener ends the streams that stand', async (t, place) => {
  const listener = await place.environment('server').http.listen(LOOPBACK, ({ stream }) => {
    stream({ status: 200 })
  })
  const response = await place.environment('client').http.request(listener.address, get)
  const closed = new Promise<Error | undefined>((resolve) => {
    response.handle({ data: () => undefined, closed: resolve })
  })
  await listener.close()
  t.truthy(await closed)
})
