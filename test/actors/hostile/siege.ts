import { receive, startInspector } from '../../../src/actors/index.ts'
import type { ActorRef } from '../../../src/actors/index.ts'
import { hubOf } from '../../../src/actors/links/index.ts'
import type { MemoryWorld } from '../../../src/platform/index.ts'
import { newWorld, startTestNode } from '../remote/memory-nodes.ts'
import type { TestNode } from '../remote/memory-nodes.ts'
import { child } from './children.ts'
import { RawPeer } from './raw-peer.ts'

interface Ping {
  readonly type: 'ping'
  readonly replyTo: ActorRef<string>
}

class SiegeError extends Error {}

const NAMED = {
  pong: '/user/pong',
  receptionist: '/system/receptionist',
  inspector: '/system/inspector',
}

/** A node with a friend, and peers that want it down. */
export class Siege {
  readonly world: MemoryWorld
  readonly #victim: TestNode
  readonly #friend: TestNode
  readonly #pong: ActorRef<Ping>
  #peers = 0

  private constructor(
    world: MemoryWorld,
    victim: TestNode,
    friend: TestNode,
    pong: ActorRef<Ping>,
  ) {
    this.world = world
    this.#victim = victim
    this.#friend = friend
    this.#pong = pong
  }

  static async begin(): Promise<Siege> {
    const world = newWorld()
    const victim = await startTestNode(world, 'a')
    const friend = await startTestNode(world, 'b')
    victim.system.spawn(
      receive<Ping>((message) => {
        // Anybody may send anything: this one looks before it answers.
        if ((message as Partial<Ping> | undefined)?.type !== 'ping') return
        const { replyTo } = message
        if (typeof (replyTo as Partial<ActorRef<string>> | null)?.tell === 'function') {
          replyTo.tell('pong')
        }
      }),
      'pong',
    )
    void child
    startInspector(victim.system)
    const peer = await world.until(friend.node.join(victim.address))
    const pong = await world.until(peer.resolve<Ping>(NAMED.pong))
    await world.until(peer.resolve(NAMED.inspector))
    victim.system.receptionist.register({ name: 'pongs' }, pong)
    await world.settle()
    await world.until(peer.resolve(NAMED.receptionist))
    return new Siege(world, victim, friend, pong)
  }

  peer(): Promise<RawPeer> {
    const environment = this.world.environment(`raw-${String(++this.#peers)}`)
    return this.world.until(RawPeer.call(environment, this.#victim.node.address))
  }

  /** The number by which a peer reaches an actor of the besieged node. */
  numberOf(name: unknown): unknown {
    if (typeof name !== 'string' || !Object.hasOwn(NAMED, name)) return name
    const cell = this.#victim.system.find(NAMED[name as keyof typeof NAMED])
    return (cell as { readonly id?: number } | undefined)?.id ?? name
  }

  /** @throws SiegeError */
  async mustHold(): Promise<void> {
    const { world } = this
    const { system, node } = this.#victim
    const ask = this.#pong.ask<string>((replyTo) => ({ type: 'ping', replyTo }))
    must((await world.until(ask)) === 'pong', 'the friend gets no answer')
    // Past all limits: who was besieging is given up, with all it had here.
    await world.advance(60_000)
    const again = this.#pong.ask<string>((replyTo) => ({ type: 'ping', replyTo }))
    must((await world.until(again)) === 'pong', 'the friend gets no answer any more')
    const listing = system.receptionist.find<Ping>({ name: 'pongs' })
    must((await world.until(listing)).length === 1, 'the receptionist has forgotten an entry')
    must(node.nodes.length === 1, `${String(node.nodes.length)} nodes are linked`)
    const { core } = system
    must(hubOf(core).links.size === 1, `${String(hubOf(core).links.size)} links are left`)
    for (const { path, restarts } of system.tree()) {
      if (path.startsWith(`${core.rootPath}system/remote/`)) throw new SiegeError(`${path} is left`)
      must(restarts === 0, `${path} was restarted`)
    }
    const [use] = world.inUse().filter(({ name }) => name === 'a')
    must((use?.connections ?? 0) <= 2, `${String(use?.connections)} connections are open`)
    must(world.logEntries.length < 60, `${String(world.logEntries.length)} lines of log`)
    void this.#friend
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new SiegeError(what)
}
