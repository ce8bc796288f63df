import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { LOOPBACK } from './connections.ts'

/** Starts a server that says what it was asked; answers what it says to these very bytes. */
async function server(
  t: ExecutionContext,
  maxBodyBytes?: number,
): Promise<(bytes: string | Buffer) => Promise<string>> {
  const { http } = nodeEnvironment()
  const listener = await http.listen(
    LOOPBACK,
    ({ request, reply }) => {
      const { method, target } = request
      const body = new TextDecoder().decode(request.body)
      reply({ status: 200, body: new TextEncoder().encode(`${method} ${target} ${body}`) })
    },
    maxBodyBytes === undefined ? {} : { maxBodyBytes },
  )
  t.teardown(() => listener.close())
  const { port } = listener.address
  return (bytes) =>
    new Promise((resolve, reject) => {
      let said = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
      socket.on('data', (part: Buffer) => (said += part.toString('latin1')))
      socket.on('error', reject)
      socket.on('close', () => resolve(said))
    })
}

/** Status and body. */
function read(answer: string): readonly [number, string] {
  const [, status = ''] = /^HTTP\/1\.1 (\d+)/.exec(answer) ?? []
  return [Number(status), answer.slice(answer.indexOf('\r\n\r\n') + 4)]
}

function post(body: string | Buffer, ...headers: readonly string[]): Buffer {
  const head = ['POST /a HTTP/1.1', 'Connection: close', ...headers]
  const length = `Content-Length: ${Buffer.byteLength(body)}`
  return Buffer.concat([
    Buffer.from(`${[...head, length].join('\r\n')}\r\n\r\n`),
    Buffer.from(body),
  ])
}

test('a request needs no host, and may name the server in its target', async (t) => {
  const ask = await server(t)
  t.deepEqual(read(await ask(post('x'))), [200, 'POST /a x'])
  t.deepEqual(read(await ask('GET /b?c HTTP/1.0\r\n\r\n')), [200, 'GET /b?c '])
  const absolute = 'GET http://master:5050/b?c HTTP/1.1\r\nConnection: close\r\n\r\n'
  t.deepEqual(read(await ask(absolute)), [200, 'GET /b?c '])
  const bare = 'GET http://master:5050 HTTP/1.1\r\nConnection: close\r\n\r\n'
  t.deepEqual(read(await ask(bare)), [200, 'GET / '])
})

test('a body comes in chunks, with its length, or packed by gzip', async (t) => {
  const ask = await server(t)
  const chunked =
    'POST /a HTTP/1.1\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n'
  t.deepEqual(read(await ask(chunked)), [200, 'POST /a abc'])
  t.deepEqual(read(await ask(post(gzipSync('packed'), 'Content-Encoding: gzip'))), [
    200,
    'POST /a packed',
  ])
  t.deepEqual(read(await ask(post('unpacked', 'Content-Encoding: gzip'))), [
    400,
    'failed to decode body',
  ])
})

test('a body that unpacks to more than is taken is too large', async (t) => {
  const ask = await server(t, 1000)
  const body = gzipSync('x'.repeat(100_000))
  t.true(body.byteLength < 1000)
  t.deepEqual(read(await ask(post(body, 'Content-Encoding: gzip'))), [413, ''])
})

test('a long head and an odd expectation are no reason to refuse', async (t) => {
  const ask = await server(t)
  t.deepEqual(read(await ask(post('x', `X-Long: ${'x'.repeat(40_000)}`))), [200, 'POST /a x'])
  t.deepEqual(read(await ask(post('x', 'Expect: the-unexpected'))), [200, 'POST /a x'])
})
