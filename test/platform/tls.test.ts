import { readFileSync } from 'node:fs'
import test from 'ava'
import { nodeEnvironment } from '../../src/platform/index.ts'
import type { TlsOptions } from '../../src/platform/index.ts'
import { Ear, LOOPBACK, refusal } from './connections.ts'

function pem(name: string): string {
  return readFileSync(new URL(`../../../test/fixtures/tls/${name}.pem`, import.meta.url), 'utf8')
}

const node: TlsOptions = {
  cert: pem('node.cert'),
  key: pem('node.key'),
  ca: pem('authority.cert'),
}
/** Trusts the authority, but shows a certificate of another one. */
const stranger: TlsOptions = {
  cert: pem('stranger.cert'),
  key: pem('stranger.key'),
  ca: pem('authority.cert'),
}

test('two nodes with certificates of one authority talk over TLS', async (t) => {
  const { network } = nodeEnvironment()
  const accepted: Ear[] = []
  const listener = await network.listen(LOOPBACK, (c) => accepted.push(new Ear(c)), { tls: node })
  const near = new Ear(await network.connect(listener.address, { tls: node }))
  near.connection.write(Buffer.from('secret'))
  near.connection.end()
  t.is(await near.closed, undefined)
  t.is(accepted[0]?.text, 'secret')
  await listener.close()
})

test('the name on the certificate is checked, and may be given', async (t) => {
  const { network } = nodeEnvironment()
  const listener = await network.listen(LOOPBACK, (c) => new Ear(c), { tls: node })
  const named = { ...node, serverName: 'node.troupe.test' }
  const near = new Ear(await network.connect(listener.address, { tls: named }))
  near.connection.destroy()
  const wrong = { ...node, serverName: 'other.troupe.test' }
  const error = await refusal(network.connect(listener.address, { tls: wrong }))
  t.is(error.code, 'TROUPE_PLATFORM_CONNECT_FAILED')
  t.is(error.data['reason'], 'ERR_TLS_CERT_ALTNAME_INVALID')
  await listener.close()
})

test('a client does not talk to a server whose authority it does not trust', async (t) => {
  const { network } = nodeEnvironment()
  const listener = await network.listen(LOOPBACK, (c) => new Ear(c), { tls: stranger })
  const error = await refusal(network.connect(listener.address, { tls: node }))
  t.is(error.code, 'TROUPE_PLATFORM_CONNECT_FAILED')
  t.is(error.data['reason'], 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  await listener.close()
})

test('a server does not hand over a client whose certificate it does not trust', async (t) => {
  const { network } = nodeEnvironment()
  let handedOver = 0
  const listener = await network.listen(LOOPBACK, () => (handedOver += 1), { tls: node })
  // With TLS 1.3 the client is done before the server has looked at its certificate.
  const far = await network.connect(listener.address, { tls: stranger }).then(
    (connection) => new Ear(connection),
    () => undefined,
  )
  await far?.closed
  t.is(far?.bytes ?? 0, 0)
  t.is(handedOver, 0)
  await listener.close()
})

test('a server with TLS does not serve a client without', async (t) => {
  const { network } = nodeEnvironment()
  let handedOver = 0
  const listener = await network.listen(LOOPBACK, () => (handedOver += 1), { tls: node })
  const near = new Ear(await network.connect(listener.address))
  near.connection.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
  await near.closed
  t.is(handedOver, 0)
  await listener.close()
})

test('certificates that do not belong together are refused when listening', async (t) => {
  const { network } = nodeEnvironment()
  const mixed = { ...node, key: stranger.key }
  const error = await refusal(network.listen(LOOPBACK, () => undefined, { tls: mixed }))
  t.is(error.code, 'TROUPE_PLATFORM_LISTEN_FAILED')
})

test('peers that never finish their handshake are bounded in number, and do not shut others out', async (t) => {
  const { network } = nodeEnvironment()
  const listener = await network.listen(LOOPBACK, (c) => new Ear(c), { tls: node })
  // They come and go without a word of TLS: more than may be at it at the same time.
  for (let round = 0; round < 12; round++) {
    const silent = await Promise.all(
      Array.from({ length: 100 }, async () => new Ear(await network.connect(listener.address))),
    )
    for (const { connection } of silent) connection.destroy()
    await Promise.all(silent.map(({ closed }) => closed))
  }
  const near = new Ear(await network.connect(listener.address, { tls: node }))
  near.connection.destroy()
  await near.closed
  await listener.close()
  t.pass()
})
