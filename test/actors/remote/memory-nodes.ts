import type { ExecutionContext } from 'ava'
import { ActorSystem, receive, startNode } from '../../../src/actors/index.ts'
import type {
  ActorRef,
  AnyRef,
  NodeOptions,
  RemoteNode,
  Terminated,
  TroupeNode,
} from '../../../src/actors/index.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'
import type { MemoryWorld } from '../../../src/platform/index.ts'

export interface TestNode {
  readonly system: ActorSystem
  readonly node: TroupeNode
  readonly address: string
}

/** A world of nodes in memory, each listening on its own name. */
export function newWorld(seed = 1): MemoryWorld {
  return memoryEnvironment({ seed })
}

export async function startTestNode(
  world: MemoryWorld,
  name: string,
  options: NodeOptions = {},
): Promise<TestNode> {
  const system = ActorSystem.create(name, { environment: world.environment(name) })
  const node = await world.until(startNode(system, { host: name, secret: 'hush', ...options }))
  const { host, port } = node.address ?? { host: '', port: 0 }
  return { system, node, address: `${host}:${String(port)}` }
}

/** Two nodes, `a` and `b`, that have not heard of each other. */
export async function twoNodes(): Promise<{
  readonly world: MemoryWorld
  readonly a: TestNode
  readonly b: TestNode
}> {
  const world = newWorld()
  return { world, a: await startTestNode(world, 'a'), b: await startTestNode(world, 'b') }
}

/** Two nodes, of which `a` has joined `b`: `peer` is what it knows of that. */
export async function joinedNodes(): Promise<
  Awaited<ReturnType<typeof twoNodes>> & { readonly peer: RemoteNode }
> {
  const nodes = await twoNodes()
  const { world, a, b } = nodes
  return { ...nodes, peer: await world.until(a.node.join(b.address)) }
}

export interface Seen<M> {
  readonly ref: ActorRef<M>
  readonly messages: M[]
  readonly terminated: Terminated[]
}

/** An actor that keeps what it gets, and watches whatever it is asked to. */
export function spawnSeer<M>(
  system: ActorSystem,
  name: string,
  watched?: AnyRef,
  lane: 'messages' | 'bulk' = 'messages',
): Seen<M> {
  const messages: M[] = []
  const terminated: Terminated[] = []
  let hasWatched = false
  const ref = system.spawn(
    receive<M | 'watch'>(
      (message, ctx) => {
        if (message === 'watch') {
          if (watched !== undefined && !hasWatched) ctx.watch(watched)
          hasWatched = true
        } else messages.push(message)
      },
      (signal) => {
        if (signal.type === 'Terminated') terminated.push(signal)
      },
    ),
    name,
    { lane },
  )
  if (watched !== undefined) ref.tell('watch')
  return { ref: ref, messages, terminated }
}

/** The code of the error that `promise` is rejected with. */
export async function codeOf(
  t: ExecutionContext,
  world: MemoryWorld,
  promise: Promise<unknown>,
): Promise<string | undefined> {
  try {
    await world.until(promise)
  } catch (error) {
    return (error as { code?: string }).code
  }
  t.fail('it was to be refused')
  return undefined
}
