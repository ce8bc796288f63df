import { memoryEnvironment } from '../../../src/platform/index.ts'
import type { Address, Environment, MemoryWorld } from '../../../src/platform/index.ts'
import { Election, ZooKeeperTwin, type Leadership } from '../../../src/platform/zookeeper/index.ts'

export const SESSION_MS = 4_000

export interface ZooKeeperHouse {
  readonly world: MemoryWorld
  readonly twin: ZooKeeperTwin
  readonly servers: readonly Address[]
  /** Starts server `zookeeper-<n>` (again). */
  readonly serve: (n: number) => Promise<void>
  readonly pause: (ms: number) => Promise<void>
}

/** Two servers of ZooKeeper on nodes of their own. */
export async function house(seed: number): Promise<ZooKeeperHouse> {
  const world = memoryEnvironment({ seed, delay: { minMs: 1, maxMs: 10 } })
  const twin = new ZooKeeperTwin({ sessionMs: [1_000, SESSION_MS] })
  const at = (n: number): Address => ({ host: '127.0.0.1', port: 2180 + n })
  const serve = async (n: number): Promise<void> => {
    await world.until(twin.serve(world.environment(`zookeeper-${n}`), at(n)))
  }
  await serve(1)
  await serve(2)
  const { clock } = world.environment('clock')
  const pause = (ms: number): Promise<void> =>
    world.until(new Promise<void>((resolve) => clock.setTimer(ms, resolve)))
  return { world, twin, servers: [at(1), at(2)], serve, pause }
}

/** One that stands for election on a node of its own, and what has become of it. */
export class Candidate {
  readonly election: Election
  readonly members: string[][] = []
  leadership: Leadership | undefined
  lost: string | undefined

  constructor(environment: Environment, servers: readonly Address[], name: string) {
    this.election = new Election({
      environment,
      servers,
      room: '/room',
      stem: 'one-',
      prefix: `${name}-one-`,
      value: new TextEncoder().encode(name),
      sessionTimeoutMs: SESSION_MS,
      onElected: (leadership) => (this.leadership = leadership),
      onLost: (reason) => (this.lost = reason),
      onMembers: (values) =>
        this.members.push(values.map((value) => new TextDecoder().decode(value))),
    })
    void this.election.run()
  }
}
