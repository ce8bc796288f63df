import { both } from './both.ts'
import { connected, Ear, LOOPBACK, refusal } from './connections.ts'

both('bytes arrive at the other side in the order of writing', async (t, place) => {
  const { listener, near, far } = await connected(place.environment('a'), place.environment('b'))
  for (const word of ['one ', 'two ', 'three']) near.connection.write(Buffer.from(word))
  await far.when(() => far.bytes === 13)
  t.is(far.text, 'one two three')
  far.connection.write(Buffer.from('answer'))
  await near.when(() => near.bytes === 6)
  t.is(near.text, 'answer')
  near.connection.destroy()
  await listener.close()
})

both('both sides know the address of the other', async (t, place) => {
  const { listener, near, far } = await connected(place.environment('a'), place.environment('b'))
  t.true(listener.address.port > 0)
  t.deepEqual(near.connection.remote, listener.address)
  t.deepEqual(far.connection.remote, near.connection.local)
  near.connection.destroy()
  await listener.close()
})

both(
  'end flushes what was written and closes both sides once, without an error',
  async (t, place) => {
    const { listener, near, far } = await connected(place.environment('a'), place.environment('b'))
    near.connection.write(new Uint8Array(300_000))
    near.connection.end()
    t.is(await far.closed, undefined)
    t.is(await near.closed, undefined)
    t.is(far.bytes, 300_000)
    near.connection.write(Buffer.from('too late'))
    near.connection.end()
    near.connection.destroy()
    await listener.close()
    t.deepEqual([near.closings, far.closings], [1, 1])
  },
)

both('destroy closes this side with the error given, and the other side too', async (t, place) => {
  const { listener, near, far } = await connected(place.environment('a'), place.environment('b'))
  const reason = new RangeError('frame too long')
  near.connection.destroy(reason)
  t.is(await near.closed, reason)
  await far.closed
  t.is(far.closings, 1)
  await listener.close()
})

both('a closed connection tells handlers that come late', async (t, place) => {
  const { listener, near } = await connected(place.environment('a'), place.environment('b'))
  near.connection.destroy()
  await near.closed
  const late = new Ear(near.connection)
  t.is(await late.closed, undefined)
  await listener.close()
})

both('a writer is asked to wait while its peer pauses, and told to go on', async (t, place) => {
  const { listener, near, far } = await connected(place.environment('a'), place.environment('b'))
  far.connection.pause()
  const block = new Uint8Array(256 * 1024)
  let written = 0
  while (near.connection.write(block.slice())) {
    written += block.byteLength
    t.true(written < 64 * 1024 * 1024)
  }
  written += block.byteLength
  t.true(near.connection.queuedBytes >= 1024 * 1024)
  t.is(near.drains, 0)
  far.connection.resume()
  await near.when(() => near.drains === 1)
  t.is(near.connection.queuedBytes, 0)
  await far.when(() => far.bytes === written)
  t.is(near.drains, 1)
  near.connection.destroy()
  await listener.close()
})

both('a port in use is refused with the place and the way out', async (t, place) => {
  const { network } = place.environment('a')
  const listener = await network.listen(LOOPBACK, () => undefined)
  const error = await refusal(network.listen(listener.address, () => undefined))
  t.is(error.code, 'TROUPE_PLATFORM_ADDRESS_IN_USE')
  t.true(error.message.includes(`127.0.0.1:${listener.address.port}`))
  t.is(error.data['port'], listener.address.port)
  await listener.close()
})

both('a closed listener refuses, frees its port and keeps what it accepted', async (t, place) => {
  const server = place.environment('a')
  const client = place.environment('b')
  const { listener, near, far } = await connected(server, client)
  await listener.close()
  const error = await refusal(client.network.connect(listener.address))
  t.is(error.code, 'TROUPE_PLATFORM_CONNECT_FAILED')
  t.is(error.data['reason'], 'ECONNREFUSED')
  near.connection.write(Buffer.from('still here'))
  await far.when(() => far.bytes === 10)
  const again = await server.network.listen(listener.address, () => undefined)
  t.is(again.address.port, listener.address.port)
  await again.close()
  near.connection.destroy()
})

both('writing to a peer that is gone ends the connection and throws nothing', async (t, place) => {
  const { listener, near, far } = await connected(place.environment('a'), place.environment('b'))
  far.connection.destroy()
  near.connection.write(new Uint8Array(100_000))
  await near.closed
  t.true(near.connection.write(Buffer.from('ignored')))
  t.is(near.closings, 1)
  await listener.close()
})
