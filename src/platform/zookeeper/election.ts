import type { Timer } from '../clock.ts'
import type { Environment } from '../environment.ts'
import type { Address } from '../network.ts'
import { refusalOf } from './errors.ts'
import { KeyTree } from './key-tree.ts'
import { ZooKeeperSession, type SessionOptions } from './session.ts'

/** Where a queue stands. */
export interface QueuePlace {
  readonly servers: readonly Address[]
  /** The folder of its members; other nodes may be there, too. */
  readonly room: string
  /** What names of members have in them, and no other: `-latch-`. */
  readonly stem: string
}

/** How one stands for election. */
export interface ElectionOptions extends QueuePlace {
  readonly environment: Environment
  /** What its node's name begins with, its number behind it. */
  readonly prefix: string
  readonly sessionTimeoutMs: number
  /** What stands in its node: how others reach it. */
  readonly value: Uint8Array
  /** It leads, as long as `onLost` is not called; called once. */
  readonly onElected: (leadership: Leadership) => void
  /** It leads no more, and never again. */
  readonly onLost: (reason: string) => void
  /** The values of all that stand, told to the one that leads: at first, and when there are others. */
  readonly onMembers?: (values: readonly Uint8Array[]) => void
}

/** What a leader has. */
export interface Leadership {
  readonly tree: KeyTree
  /** Whether it leads still: not when its time is over, even if nobody had a turn yet to say so. */
  readonly isHeld: () => boolean
}

const AGAIN_MS = 1_000

/**
 * One member's part in the election of a leader: nodes queue up in a folder, and whoever stands first leads. Each waits for the
 * one before it only. Who does not lead yet, and loses its session, queues up again.
 *
 * @see ZooKeeperLeaderElectionAgent.scala of Spark, LeaderLatch of Apache Curator, zookeeper/group.cpp of Apache Mesos
 */
export class Election {
  readonly #options: ElectionOptions
  #session: ZooKeeperSession | undefined
  #tree: KeyTree | undefined
  #isLeading = false
  #isOver = false
  #sleep: Timer | undefined
  /** Wakes whoever waits for a change. */
  #wake: (() => void) | undefined

  constructor(options: ElectionOptions) {
    this.#options = options
  }

  /** Stands until it leads no more, or is stopped. Never fails: ZooKeeper is waited for. */
  async run(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#stand()
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        this.#lost(why)
        if (!this.#isOver) this.#troubled(why)
      }
      await this.#session?.close()
      if (!this.#isOver) await this.#pause(AGAIN_MS)
    }
  }

  /** Leaves the queue: the next one leads at once. */
  async stop(): Promise<void> {
    this.#isOver = true
    this.#sleep?.cancel()
    this.#wake?.()
    await this.#session?.close()
  }

  /** What the one that leads says of itself, as far as it is known here. */
  async leader(): Promise<Uint8Array | undefined> {
    return this.#tree && this.#session?.isAlive === true
      ? leaderIn(this.#tree, this.#options).catch(() => undefined)
      : undefined
  }

  async #stand(): Promise<void> {
    const { room, stem, prefix, value } = this.#options
    const session = await this.#open()
    const tree = new KeyTree(session, () => this.#pause(AGAIN_MS))
    this.#tree = tree
    await tree.makePath(room)
    const own = (await tree.queueUp(`${room}/${prefix}`, value)).slice(room.length + 1)
    while (!this.#isOver && session.isAlive) {
      const changed = this.#change()
      const queue = inOrder(
        this.#isLeading ? await tree.watchChildren(room) : await tree.children(room),
        stem,
      )
      const at = queue.indexOf(own)
      if (at < 0) break
      if (at === 0) {
        if (!this.#isLeading) {
          this.#isLeading = true
          this.#options.onElected({ tree, isHeld: () => session.isAlive })
          continue
        }
        await this.#tellMembers(tree, queue)
        await changed
      } else if (await tree.watch(`${room}/${queue[at - 1] ?? ''}`)) await changed
    }
    // Somebody has removed it.
    if (session.isAlive) this.#lost('its place in the queue is gone')
  }

  #troubled(why: string): void {
    const { log } = this.#options.environment
    log.write('warn', `no part in the election of a leader yet: ${why}`)
  }

  async #open(): Promise<ZooKeeperSession> {
    const { environment, servers, sessionTimeoutMs } = this.#options
    const session = await ZooKeeperSession.open({
      ...sessionOptions(environment, servers, sessionTimeoutMs),
      onLost: (reason) => {
        this.#lost(reason)
        this.#wake?.()
      },
      onWatch: () => {
        this.#wake?.()
      },
    })
    this.#session = session
    if (this.#isOver) await session.close()
    return session
  }

  #lost(reason: string): void {
    if (!this.#isLeading || this.#isOver) return
    this.#isOver = true
    this.#options.onLost(reason)
  }

  async #tellMembers(tree: KeyTree, queue: readonly string[]): Promise<void> {
    const { room, onMembers } = this.#options
    if (onMembers === undefined) return
    const values: Uint8Array[] = []
    for (const name of queue) {
      const value = await tree.get(`${room}/${name}`)
      if (value !== undefined) values.push(value)
    }
    onMembers(values)
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#sleep = this.#options.environment.clock.setTimer(ms, resolve)
    })
  }
}

/** What the one that leads a queue says of itself; undefined where nobody does. @throws TROUPE_PLATFORM_ZOOKEEPER_FAILED */
export async function findLeader(
  environment: Environment,
  place: QueuePlace,
  sessionTimeoutMs: number,
): Promise<Uint8Array | undefined> {
  const nothing = (): void => {}
  const session = await ZooKeeperSession.open({
    ...sessionOptions(environment, place.servers, sessionTimeoutMs),
    onLost: nothing,
    onWatch: nothing,
  })
  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      environment.clock.setTimer(AGAIN_MS, resolve)
    })
  try {
    return await leaderIn(new KeyTree(session, pause), place)
  } catch (error) {
    // Nobody has stood there yet.
    if (refusalOf(error) === 'no-node') return undefined
    throw error
  } finally {
    await session.close()
  }
}

async function leaderIn(
  tree: KeyTree,
  { room, stem }: QueuePlace,
): Promise<Uint8Array | undefined> {
  const [first] = inOrder(await tree.children(room), stem)
  return first === undefined ? undefined : tree.get(`${room}/${first}`)
}

function sessionOptions(
  { network, clock, random, log }: Environment,
  servers: readonly Address[],
  timeoutMs: number,
): Omit<SessionOptions, 'onLost' | 'onWatch'> {
  return { network, clock, random, log, servers, timeoutMs }
}

/** The members, the first one first. */
function inOrder(names: readonly string[], stem: string): readonly string[] {
  return names.filter((name) => name.includes(stem)).sort((a, b) => numberOf(a) - numberOf(b))
}

/** The ten digits behind a sequential node's name. */
function numberOf(name: string): number {
  return Number(/(\d+)$/.exec(name)?.[1] ?? Number.MAX_SAFE_INTEGER)
}
