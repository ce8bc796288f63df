import test from 'ava'
import { ActorSystem, startNode } from '../../../src/actors/index.ts'
import type { NodeOptions, TroupeNode } from '../../../src/actors/index.ts'
import { decodeAlone, encodeAlone } from '../../../src/actors/codec/index.ts'
import { memoryEnvironment, nodeEnvironment } from '../../../src/platform/index.ts'
import type { Address, Connection, Environment } from '../../../src/platform/index.ts'
import { bodiesIn, frameOf } from './raw-peer.ts'

/** Where the test happens: in memory, or with real sockets. */
interface Place {
  readonly name: string
  environment(of: string): Environment
  host(of: string): string
  until<T>(promise: Promise<T>): Promise<T>
  /** What has to be closed in the end. */
  readonly ends: (() => void)[]
}

const quiet = { write: (): void => undefined }
const places: readonly (() => Place)[] = [
  () => {
    const world = memoryEnvironment()
    return {
      name: 'in memory',
      environment: (of) => world.environment(of),
      host: (of) => of,
      until: (promise) => world.until(promise),
      ends: [],
    }
  },
  () => ({
    name: 'real sockets',
    environment: () => ({ ...nodeEnvironment(), log: quiet }),
    host: () => '127.0.0.1',
    until: (promise) => promise,
    ends: [],
  }),
]

async function nodeAt(place: Place, of: string, options: NodeOptions = {}): Promise<TroupeNode> {
  const system = ActorSystem.create(of, { environment: place.environment(of) })
  return place.until(startNode(system, { host: place.host(of), secret: 'hush', ...options }))
}

function addressOf(node: TroupeNode): Address {
  return node.address ?? { host: '', port: 0 }
}

/** Listens, and hands each caller on to `answer`. */
async function listen(place: Place, answer: (caller: Connection) => void): Promise<Address> {
  const { network } = place.environment('thief')
  const take = (caller: Connection): void => {
    place.ends.push(() => {
      caller.destroy()
    })
    answer(caller)
  }
  const listener = await place.until(network.listen({ host: place.host('thief'), port: 0 }, take))
  place.ends.push(() => void listener.close())
  return { host: place.host('thief'), port: listener.address.port }
}

type Direction = 'fromCaller' | 'fromListener'

/** A proxy before `target`: keeps what passes, and may change it. */
async function tap(
  place: Place,
  target: TroupeNode,
  change: (direction: Direction, bytes: Uint8Array) => Uint8Array = (_, bytes) => bytes,
): Promise<{ readonly address: Address; readonly heard: Record<Direction, Uint8Array[]> }> {
  const heard: Record<Direction, Uint8Array[]> = { fromCaller: [], fromListener: [] }
  const { network } = place.environment('thief')
  const address = await listen(place, (caller) => {
    void network.connect(addressOf(target)).then((there) => {
      const pass = (from: Connection, to: Connection, direction: Direction): void => {
        from.handle({
          data: (bytes) => {
            const copy = new Uint8Array(bytes)
            heard[direction].push(copy)
            to.write(change(direction, copy))
          },
          closed: () => {
            to.end()
          },
        })
      }
      pass(caller, there, 'fromCaller')
      pass(there, caller, 'fromListener')
    })
  })
  return { address, heard }
}

/** Says `parts` one after another, each after an answer; returns the words of the answers once it is closed. */
async function say(
  place: Place,
  to: TroupeNode,
  parts: readonly Uint8Array[],
): Promise<unknown[][]> {
  const { network } = place.environment('thief')
  const connection = await place.until(network.connect(addressOf(to)))
  const rest = [...parts]
  let heard = Buffer.alloc(0)
  const closed = new Promise<void>((resolve) => {
    connection.handle({
      data: (bytes) => {
        heard = Buffer.concat([heard, bytes])
        const next = rest.shift()
        if (next !== undefined) connection.write(next)
      },
      closed: () => {
        resolve()
      },
    })
  })
  connection.write(rest.shift() ?? new Uint8Array(0))
  await place.until(closed)
  return bodiesIn(heard).map((body) => decodeAlone(body) as unknown[])
}

async function refusalOf(place: Place, promise: Promise<unknown>): Promise<string> {
  try {
    await place.until(promise)
    return 'let in'
  } catch (error) {
    return (error as { readonly code: string }).code
  }
}

/** A stream of words with the first of them changed. */
function changedHello(bytes: Uint8Array, change: (hello: unknown[]) => void): Uint8Array {
  const [first, ...others] = bodiesIn(bytes)
  if (first === undefined) return bytes
  const hello = decodeAlone(first) as unknown[]
  if (hello[1] !== 'hello') return bytes
  change(hello)
  return new Uint8Array(
    Buffer.concat([frameOf(encodeAlone(hello)), ...others.map((b) => frameOf(b))]),
  )
}

for (const at of places) {
  const { name } = at()

  test(`the caller’s side of an old handshake lets nobody in (${name})`, async (t) => {
    const place = at()
    t.teardown(() => {
      for (const end of place.ends) end()
    })
    const node = await nodeAt(place, 'a')
    const friend = await nodeAt(place, 'b', { listen: false })
    const { address, heard } = await tap(place, node)
    await place.until(friend.join(address))
    t.is(heard.fromCaller.length >= 2, true)
    const words = await say(place, node, heard.fromCaller.slice(0, 2))
    t.is(words.at(-1)?.[1], 'refused')
    t.is(words.at(-1)?.[2], 'TROUPE_NODE_WRONG_SECRET')
    t.is(node.nodes.length, 1)
    await Promise.all([node, friend].map((one) => place.until(one.close())))
  })

  test(`the listener’s side of an old handshake takes nobody in (${name})`, async (t) => {
    const place = at()
    t.teardown(() => {
      for (const end of place.ends) end()
    })
    const node = await nodeAt(place, 'a')
    const friend = await nodeAt(place, 'b', { listen: false })
    const { address, heard } = await tap(place, node)
    await place.until(friend.join(address))
    const stage = await listen(place, (caller) => {
      const rest = heard.fromListener.slice(0, 2)
      caller.handle({
        data: () => {
          const next = rest.shift()
          if (next !== undefined) caller.write(next)
        },
        closed: () => undefined,
      })
    })
    const other = await nodeAt(place, 'c', { listen: false })
    t.is(await refusalOf(place, other.join(stage)), 'TROUPE_NODE_WRONG_SECRET')
    t.is(other.nodes.length, 0)
    await Promise.all([node, friend, other].map((one) => place.until(one.close())))
  })

  test(`whoever gets its own words back knows them, also under another name (${name})`, async (t) => {
    const place = at()
    t.teardown(() => {
      for (const end of place.ends) end()
    })
    const node = await nodeAt(place, 'a', { listen: false })
    const echo = await listen(place, (caller) => {
      caller.handle({
        data: (bytes) => {
          caller.write(new Uint8Array(bytes))
        },
        closed: () => undefined,
      })
    })
    t.is(await refusalOf(place, node.join(echo)), 'TROUPE_NODE_ITSELF')
    const masked = await listen(place, (caller) => {
      caller.handle({
        data: (bytes) => {
          caller.write(changedHello(new Uint8Array(bytes), (hello) => (hello[5] = 'somebody-else')))
        },
        closed: () => undefined,
      })
    })
    t.is(await refusalOf(place, node.join(masked)), 'TROUPE_NODE_WRONG_SECRET')
    await place.until(node.close())
  })

  test(`a hello that was changed on the way ends the handshake: no version is talked down (${name})`, async (t) => {
    const place = at()
    t.teardown(() => {
      for (const end of place.ends) end()
    })
    const node = await nodeAt(place, 'a')
    for (const direction of ['fromCaller', 'fromListener'] as const) {
      const { address } = await tap(place, node, (from, bytes) =>
        from === direction ? changedHello(bytes, (hello) => (hello[3] = 0)) : bytes,
      )
      const caller = await nodeAt(place, `b-${direction}`, { listen: false })
      t.is(await refusalOf(place, caller.join(address)), 'TROUPE_NODE_WRONG_SECRET')
      await place.until(caller.close())
    }
    t.is(node.nodes.length, 0)
    await place.until(node.close())
  })

  test(`a wrong secret, none, and one where none is wanted are refused (${name})`, async (t) => {
    const place = at()
    t.teardown(() => {
      for (const end of place.ends) end()
    })
    const node = await nodeAt(place, 'a')
    for (const secret of ['hushed', undefined]) {
      const system = ActorSystem.create('c', {
        environment: place.environment(`c-${String(secret)}`),
      })
      const options = secret === undefined ? {} : { secret }
      const caller = await place.until(startNode(system, { listen: false, ...options }))
      t.is(await refusalOf(place, caller.join(addressOf(node))), 'TROUPE_NODE_WRONG_SECRET')
      await place.until(caller.close())
    }
    const open = ActorSystem.create('d', { environment: place.environment('d') })
    const host = place.host('d') === 'd' ? '127.0.0.1' : place.host('d')
    const welcoming = await place.until(startNode(open, { host }))
    const knowing = await nodeAt(place, 'e', { listen: false })
    t.is(await refusalOf(place, knowing.join(addressOf(welcoming))), 'TROUPE_NODE_WRONG_SECRET')
    await Promise.all([node, welcoming, knowing].map((one) => place.until(one.close())))
  })
}
