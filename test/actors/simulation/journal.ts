import { ActorSystem, receive, startNode, type ActorRef } from '../../../src/actors/index.ts'
import type { FaultBounds, Scenario, Stage } from '../../../src/actors/testkit/index.ts'
import type { AppendFile, Environment } from '../../../src/platform/index.ts'

/** What can be wrong with the store. */
export type Defect =
  | 'none'
  /** It says that an entry is kept before the disk has it. */
  | 'acknowledges early'
  /** It leaves an actor behind that nobody stops. */
  | 'leaves a node running'
  /** It never answers the fifth entry. */
  | 'forgets to answer'
  /** It takes an entry twice that was sent twice. */
  | 'takes twice'

type StoreMessage = {
  readonly type: 'Put'
  readonly id: number
  readonly replyTo: ActorRef<'kept'>
}

const PORT = 7100
const NODE = { heartbeatMs: 200, unreachableLimitMs: 2_000 }
const ENTRIES = 12

export const journalFaults: FaultBounds = {
  atMost: 4,
  withinMs: [0, 800],
  kinds: [
    { type: 'crash-node', node: 'store' },
    { type: 'kill-process', node: 'store' },
    { type: 'cut-link', from: 'writer', to: 'store', forMs: [10, 1_500] },
    { type: 'reset-link', from: 'writer', to: 'store' },
    { type: 'slow-link', from: 'writer', to: 'store', forMs: [50, 500] },
    { type: 'half-open-link', from: 'writer', to: 'store' },
    { type: 'freeze', node: '*', forMs: [10, 500] },
    { type: 'slow-node', node: '*', forMs: [50, 500] },
    { type: 'skew-clock', node: '*', offsetMs: [-9_000, 9_000], forMs: [50, 500] },
  ],
}

/** A writer on one node puts entries into a store on another, which keeps them in files. */
export function journal(defect: Defect, faults: FaultBounds = journalFaults): Scenario<number[]> {
  return {
    name: 'journal',
    description: 'a store that crashes keeps what it has acknowledged',
    limitMs: 60_000,
    restMs: 4_000,
    faults,
    start: (stage) => start(stage, defect),
  }
}

async function start(
  stage: Stage,
  defect: Defect,
): Promise<{ run: () => Promise<number[]>; stop: () => Promise<void> }> {
  const systems = new Map<string, ActorSystem>()
  const boot = (environment: Environment): Promise<void> => startStore(environment, systems, defect)
  await stage.node('store', boot, { restartMs: 100 })
  const writer = stage.environment('writer')
  const system = ActorSystem.create('writer', { environment: writer })
  systems.set('writer', system)
  const node = await startNode(system, { ...NODE, listen: false })
  if (defect === 'leaves a node running') {
    systems.set('idler', ActorSystem.create('idler', { environment: stage.environment('idler') }))
  }
  const put = async (id: number): Promise<void> => {
    for (;;) {
      try {
        const remote = await node.join(`127.0.0.1:${PORT}`, { timeoutMs: 1_000 })
        const store = await remote.resolve<StoreMessage>('/user/store')
        await store.ask<'kept'>((replyTo) => ({ type: 'Put', id, replyTo }), { timeoutMs: 700 })
        return
      } catch {
        await stage.pause(50)
      }
    }
  }
  return {
    run: async () => {
      for (let id = 0; id < ENTRIES; id += 1) {
        await put(id)
        await stage.pause(stage.random.int(60))
      }
      const kept = await readAll(stage.world.disk('store'))
      return defect === 'takes twice' ? kept : [...new Set(kept)]
    },
    stop: async () => {
      for (const [name, running] of systems) {
        if (name !== 'idler' && stage.isAlive(name)) await running.terminate()
      }
    },
  }
}

async function readAll(disk: Environment['disk']): Promise<number[]> {
  const entries: number[] = []
  for (const { path } of await disk.list('/store')) {
    for (const line of new TextDecoder().decode(await disk.readFile(path)).split('\n')) {
      // What was torn by a crash was never acknowledged.
      if (/^entry \d+$/.test(line)) entries.push(Number(line.slice(6)))
    }
  }
  return entries
}

async function startStore(
  environment: Environment,
  systems: Map<string, ActorSystem>,
  defect: Defect,
): Promise<void> {
  const { disk, random } = environment
  await disk.makeDirectory('/store')
  const file: AppendFile = await disk.create(`/store/${random.id()}`)
  const system = ActorSystem.create('store', { environment })
  systems.set('store', system)
  const store = receive<StoreMessage>(
    async ({ id, replyTo }) => {
      if (defect === 'forgets to answer' && id === 5) return
      if (defect === 'acknowledges early') replyTo.tell('kept')
      await file.append(new TextEncoder().encode(`entry ${id}\n`))
      await file.sync()
      if (defect !== 'acknowledges early') replyTo.tell('kept')
    },
    (signal) => (signal.type === 'PostStop' ? file.close() : undefined),
  )
  system.spawn(store, 'store')
  // A node that was given up for good can only come back as another one.
  system.eventStream.subscribe('NodeLost', () => environment.processes.exit(3))
  await startNode(system, { ...NODE, port: PORT })
}
