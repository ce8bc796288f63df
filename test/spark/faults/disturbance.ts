import { rmSync, writeFileSync } from 'node:fs'
import { readFile, readdir, rm } from 'node:fs/promises'

import type { ExecutionContext } from 'ava'

import { ActorSystem, startNode } from '../../../src/actors/index.ts'
import { faultyEnvironment } from '../../../src/actors/testkit/index.ts'
import { SparkContext, type SparkConf, type SparkEvent } from '../../../src/spark/index.ts'
import { environment, until } from '../cluster/house.ts'

/** What a process may ask. */
export type Access = 'open' | 'read' | 'write' | 'sync' | 'close' | 'rename' | 'connect'

/** What becomes of some accesses of real executors, while it is armed. */
export interface Rule {
  readonly name: string
  readonly on: Access
  /** A pattern of the path, or of the port. */
  readonly path: string
  readonly then: 'ENOSPC' | 'EIO' | 'EACCES' | 'EHOSTUNREACH' | 'SIGKILL' | 'SIGSTOP'
  /** From the nth access of a thread on; 1 by default. */
  readonly from?: number
  /** Once in all processes together. */
  readonly isOnce?: boolean
  /** Executors serve blocks in their main thread; anywhere by default. */
  readonly inThread?: 'main' | 'task'
}

/** What executors are told. */
export interface Disturbance {
  /** Where a file `armed-<name>` puts a rule in force, and `fired-<name>` has a line for each time it took effect. */
  readonly directory: string
  readonly rules: readonly Rule[]
}

/** A driver in this process, and executors in processes of their own that can be disturbed. */
export interface DisturbedCluster {
  readonly sc: SparkContext
  readonly system: ActorSystem
  readonly events: SparkEvent[]
  /** executor → its process */
  readonly pids: Map<string, number>
  /** For inputs and outputs. */
  readonly directory: string
  /** Puts rules in force while `work` is under way; answers how often they took effect besides. */
  readonly under: <T>(
    rules: readonly string[],
    work: () => Promise<T>,
  ) => Promise<{ readonly result: T; readonly fired: number }>
  /** Puts a rule in force, until `under` ends it or for good. */
  readonly arm: (rule: string) => void
  /** Stops the context; then nothing is left of it. */
  readonly end: () => Promise<void>
}

const preload = new URL('./programs/disturb.js', import.meta.url)

/**
 * `local-cluster[n,1,m]` with its folders in a temporary directory of its own. Tests that use it are serial: what executors are
 * started with stands in this process's environment.
 */
export async function disturbedCluster(
  t: ExecutionContext,
  rules: readonly Rule[],
  conf: SparkConf = {},
  executors = 2,
): Promise<DisturbedCluster> {
  t.timeout(180_000)
  const directory = await environment.disk.makeTemporaryDirectory('troupe-test-')
  const scratch = `${directory}/tmp`
  await environment.disk.makeDirectory(scratch)
  const variables = {
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${preload.href}`,
    TROUPE_TEST_DISTURB: JSON.stringify({ directory, rules } satisfies Disturbance),
    TMPDIR: scratch,
  }
  const saved = Object.keys(variables).map((name) => [name, process.env[name]] as const)
  Object.assign(process.env, variables)
  const restore = (): void => {
    for (const [name, value] of saved) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
  const system = ActorSystem.create('driver', { environment: faultyEnvironment() })
  // Who is silent for longer is lost.
  const node = await startNode(system, { heartbeatMs: 200, unreachableLimitMs: 3_000 })
  const events: SparkEvent[] = []
  const pids = new Map<string, number>()
  const sc = await SparkContext.create({
    master: `local-cluster[${executors},1,256]`,
    appName: 'disturbed',
    system,
    node,
    conf: { 'spark.testing.reservedMemory': 0, ...conf },
    listener: (event) => {
      events.push(event)
      if (event.type === 'executor-added') pids.set(event.executorId, event.pid)
    },
  })
  const end = async (): Promise<void> => {
    await sc.stop()
    await system.terminate()
    for (const pid of pids.values()) await until(() => !environment.processes.isAlive(pid))
  }
  t.teardown(async () => {
    await end()
    restore()
    await rm(directory, { recursive: true, force: true })
  })
  await until(() => pids.size === executors)
  const arm = (name: string): void => writeFileSync(`${directory}/armed-${name}`, '')
  return {
    arm,
    sc,
    system,
    events,
    pids,
    directory,
    async under(names, work) {
      const files = names.map((name) => `${directory}/fired-${name}`)
      for (const file of files) await rm(file, { force: true })
      for (const name of names) arm(name)
      try {
        const result = await work()
        const told = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))
        return { result, fired: told.join('').split('\n').length - 1 }
      } finally {
        for (const name of names) rmSync(`${directory}/armed-${name}`, { force: true })
      }
    },
    async end() {
      await end()
      t.deepEqual(await readdir(scratch), [], 'nothing is left in temporary folders')
    },
  }
}
