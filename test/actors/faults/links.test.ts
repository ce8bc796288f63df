import { receive, startNode } from '../../../src/actors/index.ts'
import type { ActorRef } from '../../../src/actors/index.ts'
import { EventLog, faultProxy, faults } from '../../../src/actors/testkit/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import type { Address, Connection, Network, PlatformError } from '../../../src/platform/index.ts'
import test from 'ava'
import { both } from './both.ts'
import type { Place } from './both.ts'

/** One side of a connection, and what came to it. */
class Ear {
  readonly connection: Connection
  text = ''
  closings = 0
  error: unknown

  constructor(connection: Connection) {
    this.connection = connection
    connection.handle({
      data: (bytes) => {
        this.text += new TextDecoder().decode(bytes)
      },
      closed: (error) => {
        this.closings++
        this.error = error
      },
    })
  }

  write(text: string): void {
    this.connection.write(new TextEncoder().encode(text))
  }
}

interface Line {
  /** On the node that has dialled, `client`. */
  readonly near: Ear
  /** On the node `server`. */
  readonly far: Ear
  readonly address: Address
}

/** The client dials the server. */
async function connected(
  place: Place,
): Promise<Line & { readonly dial: () => Promise<Line>; readonly close: () => Promise<void> }> {
  const arrived: Ear[] = []
  const { network } = place.environment('client')
  const listener = await place
    .environment('server')
    .network.listen({ host: place.isReal ? '127.0.0.1' : 'server', port: 0 }, (connection) => {
      arrived.push(new Ear(connection))
    })
  const dial = async (): Promise<Line> => {
    const before = arrived.length
    const near = new Ear(await network.connect(listener.address))
    await place.eventually(() => arrived.length > before)
    return { near, far: arrived[before] as Ear, address: listener.address }
  }
  const line = await dial()
  const close = async (): Promise<void> => {
    for (const ear of [line.near, ...arrived]) ear.connection.destroy()
    await listener.close()
  }
  return { ...line, dial, close }
}

both('a cut link holds bytes both ways, which flow on in order when it heals', async (t, place) => {
  const line = await connected(place)
  await using chaos = faults(place.targets())
  const fault = chaos.cutLink('client', 'server')
  line.near.write('one ')
  line.near.write('two')
  line.far.write('answer')
  await place.pass(30)
  t.is(line.far.text + line.near.text, '')
  fault.stop()
  line.near.write(' three')
  await place.eventually(() => line.far.text === 'one two three' && line.near.text === 'answer')
  t.is(line.near.closings + line.far.closings, 0)
  await line.close()
})

both('a one-way cut lets the other way pass, and heals after its time', async (t, place) => {
  const line = await connected(place)
  await using chaos = faults(place.targets())
  chaos.cutLink('server', 'client', { direction: 'one-way', forMs: 60 })
  const { clock } = place.environment('client')
  const startMs = clock.now()
  line.far.write('late')
  line.near.write('at once')
  await place.eventually(() => line.far.text === 'at once')
  await place.eventually(() => line.near.text === 'late')
  t.true(clock.now() - startMs >= 59)
  await line.close()
})

both('across a cut no connection comes about until it heals', async (t, place) => {
  const line = await connected(place)
  const { network } = place.environment('client')
  await using chaos = faults(place.targets())
  const fault = chaos.cutLink('client', 'server')
  const refused = await t.throwsAsync(network.connect(line.address, { timeoutMs: 50 }))
  t.like(refused, { code: 'TROUPE_PLATFORM_CONNECT_FAILED', data: { reason: 'no answer' } })
  const second = network.connect(line.address)
  await place.pass(20)
  fault.stop()
  const connection = await second
  t.deepEqual(connection.remote, line.address)
  connection.destroy()
  await line.close()
})

both('a connection that ends across a cut is heard of when the link heals', async (t, place) => {
  const line = await connected(place)
  await using chaos = faults(place.targets())
  const fault = chaos.cutLink('client', 'server')
  line.near.write('last words')
  line.near.connection.end()
  await place.pass(30)
  t.is(line.far.text, '')
  t.is(line.far.closings, 0)
  fault.stop()
  await place.eventually(() => line.far.closings === 1)
  t.is(line.far.text, 'last words')
  await line.close()
})

both('a reset breaks the connections on both sides', async (t, place) => {
  const line = await connected(place)
  await using chaos = faults(place.targets())
  const fault = chaos.resetLink('server', 'client')
  await place.eventually(() => line.near.closings === 1 && line.far.closings === 1)
  t.like(line.near.error, { code: 'TROUPE_PLATFORM_CONNECTION_LOST' })
  t.like(line.far.error, { code: 'TROUPE_PLATFORM_CONNECTION_LOST' })
  t.is(fault.count, 1)
  await line.close()
})

both('a slow link delays, and lets no more pass than its rate', async (t, place) => {
  const line = await connected(place)
  const { clock } = place.environment('client')
  await using chaos = faults(place.targets())
  const fault = chaos.slowLink('client', 'server', { delayMs: 30, bytesPerSecond: 10_000 })
  const startMs = clock.now()
  line.near.write('x'.repeat(500))
  line.near.write('y'.repeat(500))
  await place.eventually(() => line.far.text.length > 0)
  t.true(clock.now() - startMs >= 79)
  await place.eventually(() => line.far.text.length === 1000)
  t.true(clock.now() - startMs >= 129)
  t.regex(line.far.text, /^x+y+$/)
  fault.stop()
  line.near.write('z')
  await place.eventually(() => line.far.text.endsWith('z'))
  await line.close()
})

both('on a half-open link both sides hear nothing and know of nothing', async (t, place) => {
  const line = await connected(place)
  await using chaos = faults(place.targets())
  const fault = chaos.halfOpenLink('client', 'server')
  line.near.write('into the void')
  line.far.write('out of it')
  await place.pass(30)
  t.is(line.far.text + line.near.text, '')
  t.is(line.near.closings + line.far.closings, 0)
  const fresh = await line.dial()
  fresh.near.write('hello')
  await place.eventually(() => fresh.far.text === 'hello')
  fault.stop()
  await place.eventually(() => line.near.closings === 1 && line.far.closings === 1)
  t.is(line.far.text, '')
  t.is(fault.count, 1)
  fresh.near.connection.destroy()
  await line.close()
})

both('what finds no open connection has not fired', async (t, place) => {
  place.environment('client')
  place.environment('server')
  const chaos = faults(place.targets())
  chaos.resetLink('client', 'server')
  chaos.halfOpenLink('client', 'server')
  const { neverFired } = await chaos.stop()
  t.deepEqual(
    neverFired.map(({ problem }) => problem),
    Array(2).fill('no connection was open between client and server'),
  )
})

type Echo = { readonly type: 'Echo'; readonly replyTo: ActorRef<string> }

both('nodes of actors outlive a cut: unreachable, then reachable, asks go on', async (t, place) => {
  const quick = { heartbeatMs: 20, unreachableLimitMs: 60_000 }
  const server = place.system('server')
  const client = place.system('client')
  const host = place.isReal ? '127.0.0.1' : 'server'
  const serving = await startNode(server, { ...quick, host, secret: 's' })
  const node = await startNode(client, { ...quick, listen: false, secret: 's' })
  const events = new EventLog(client.eventStream, ['NodeUnreachable', 'NodeReachable'])
  server.spawn(
    receive<Echo>(({ replyTo }) => {
      replyTo.tell('here')
    }),
    'echo',
  )
  const remote = await node.join(serving.address as Address)
  const echo = await remote.resolve<Echo>('/user/echo')
  await using chaos = faults(place.targets())
  const fault = chaos.cutLink('client', 'server')
  await place.eventually(() => events.of('NodeUnreachable').length === 1)
  const answer = echo.ask<string>((replyTo) => ({ type: 'Echo', replyTo }), { timeoutMs: 60_000 })
  fault.stop()
  await place.eventually(() => events.of('NodeReachable').length === 1)
  t.is(await answer, 'here')
  chaos.expectAllFired()
})

test('a proxy stands between any two programs, and breaks what it can not lead on', async (t) => {
  const environment = nodeEnvironment()
  const { network, clock } = environment
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => void clock.setTimer(5, resolve))
  }
  const echoes: Ear[] = []
  const target = await listenAndEcho(network, echoes)
  const proxy = await faultProxy(environment, { from: 'app', to: 'database' })
  // It may break before the dialling side has seen it stand.
  const early = network.connect(proxy.address).then((connection) => new Ear(connection))
  const ending = await early.then(
    async (ear) => {
      await until(() => ear.closings === 1)
      return ear.error
    },
    (error: unknown) => error,
  )
  t.regex(String((ending as PlatformError).code), /CONNECTION_LOST|CONNECT_FAILED/)

  proxy.forward(target.address)
  const ear = new Ear(await network.connect(proxy.address))
  ear.write('hello')
  await until(() => ear.text === 'hello')
  await using chaos = faults({ links: [proxy], environment })
  const cut = chaos.cutLink('app', 'database', { direction: 'one-way' })
  ear.write(' again')
  await new Promise<void>((resolve) => void clock.setTimer(30, resolve))
  t.is(ear.text, 'hello')
  cut.stop()
  await until(() => ear.text === 'hello again')
  const large = 'x'.repeat(4 * 1024 * 1024)
  ear.write(large)
  await until(() => ear.text.length === large.length + 11)
  chaos.resetLink('app', 'database')
  await until(() => ear.closings === 1)
  t.like(ear.error, { code: 'TROUPE_PLATFORM_CONNECTION_LOST' })
  chaos.expectAllFired()
  await proxy.close()
  await target.close()
})

function listenAndEcho(network: Network, echoes: Ear[]): ReturnType<Network['listen']> {
  return network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    const ear = new Ear(connection)
    connection.handle({
      data: (bytes) => void connection.write(bytes),
      closed: () => undefined,
    })
    echoes.push(ear)
  })
}
