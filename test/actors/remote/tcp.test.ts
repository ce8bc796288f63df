import test from 'ava'
import type { ExecutionContext } from 'ava'
import { ActorSystem, receive, startNode } from '../../../src/actors/index.ts'
import type { ActorRef, NodeOptions, TroupeNode } from '../../../src/actors/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'

interface Ping {
  readonly type: 'Ping'
  readonly n: number
  readonly replyTo: ActorRef<Pong>
}
interface Pong {
  readonly type: 'Pong'
  readonly n: number
  readonly from: ActorRef<Ping>
}

const quick: NodeOptions = { heartbeatMs: 100, unreachableLimitMs: 2_000, leaseMs: 1_000 }

async function node(
  t: ExecutionContext,
  name: string,
  options: NodeOptions = {},
): Promise<{ system: ActorSystem; node: TroupeNode }> {
  // Strangers are refused here, which the log would tell.
  const environment = nodeEnvironment({ log: { level: 'off' } })
  const system = ActorSystem.create(name, { environment })
  const started = await startNode(system, { ...quick, ...options })
  t.teardown(() => system.terminate())
  return { system, node: started }
}

const ponger = receive<Ping>((message, ctx) => {
  message.replyTo.tell({ type: 'Pong', n: message.n, from: ctx.self })
})

function placeOf({ node: { address } }: { node: TroupeNode }): string {
  return `${address?.host ?? ''}:${String(address?.port)}`
}

test('a node joins another, resolves an actor and asks it', async (t) => {
  const a = await node(t, 'a')
  const b = await node(t, 'b')
  b.system.spawn(ponger, 'ponger')
  const peer = await a.node.join(placeOf(b))
  const ref = await peer.resolve<Ping>('/user/ponger')
  const pong = await ref.ask<Pong>((replyTo) => ({ type: 'Ping', n: 7, replyTo }))
  t.is(pong.n, 7)
  t.is(pong.from, ref)
  const many = await Promise.all(
    Array.from({ length: 1000 }, (_, n) =>
      ref.ask<Pong>((replyTo) => ({ type: 'Ping', n, replyTo })),
    ),
  )
  t.deepEqual(
    many.map(({ n }) => n),
    Array.from({ length: 1000 }, (_, n) => n),
  )
})
