import {
  ActorSystem,
  formatAddress,
  startNode,
  type NodeOptions,
  type TroupeNode,
} from '../../../actors/index.ts'
import { untilRefused } from '../../../mesos/index.ts'
import { makeProcessDirectory, type Environment } from '../../../platform/index.ts'
import { KnownMasters, masterAt, openWorkerSession } from '../client/index.ts'
import { stamp } from '../protocol/index.ts'
import { sparkWorker } from '../worker/index.ts'
import { OUT_OF_REACH_MS } from './out-of-reach.ts'

/** Settings of a worker's process. */
export interface WorkerNodeOptions {
  readonly environment: Environment
  /** `host:port` of each master that may be there. */
  readonly masters: readonly string[]
  readonly node?: NodeOptions
  /** What it gives; all cores by default. */
  readonly cores?: number | undefined
  /** All but a gigabyte of the machine's by default. */
  readonly memoryMb?: number | undefined
  /** Where what executors and drivers say is kept. */
  readonly workDirectory: string
  /** `spark.worker.driverTerminateTimeout`, 10 s by default. */
  readonly driverTerminateMs?: number
}

/** A worker that runs. */
export interface WorkerNode {
  readonly system: ActorSystem
  readonly node: TroupeNode
  readonly workerId: string
  /** `host:port` of its line. */
  readonly address: string
  readonly cores: number
  readonly memoryMb: number
  /** Resolves when it has ended, with all that it ran. */
  readonly ended: Promise<void>
  /** Why it has ended by itself: no master takes it. Undefined until then. */
  readonly refusal: () => Error | undefined
}

/**
 * Starts a node that listens, and on it the worker. It ends by itself when its first contact shows that it can't belong to the
 * cluster (another secret, another protocol), and when its master has given this node up for good.
 *
 * @throws what `startNode` throws
 */
export async function startSparkWorker(options: WorkerNodeOptions): Promise<WorkerNode> {
  const { environment, driverTerminateMs = 10_000 } = options
  const { clock, disk, processes } = environment
  const system = ActorSystem.create('spark-worker', { environment })
  const node = await startNode(system, { unreachableLimitMs: OUT_OF_REACH_MS, ...options.node })
  const { host, port } = node.address ?? { host: '127.0.0.1', port: 0 }
  const cores = options.cores ?? processes.availableParallelism
  const memoryMb = options.memoryMb ?? defaultMemoryMb(processes.totalMemoryBytes)
  const scratchDirectory = await makeProcessDirectory(environment, 'spark-worker')
  // A driver may take its time to stop its context.
  system.coordinatedShutdown.setPhaseTimeout('actors-stop', driverTerminateMs + 12_000)
  const ended = system.whenTerminated.then(() => disk.remove(scratchDirectory))
  const workerId = workerIdOf(clock.wallNow(), host, port)
  const masters = new KnownMasters(options.masters)
  let refusal: Error | undefined
  const openMaster = openWorkerSession(
    untilRefused(masterAt(node, masters), (error) => {
      refusal = error
      void system.terminate()
    }),
  )
  system.spawn(
    sparkWorker({
      workerId,
      place: {
        host,
        port,
        cores,
        memoryMb,
        workDirectory: disk.absolute(options.workDirectory),
        scratchDirectory,
        driverTerminateMs,
      },
      openMaster,
      onMasters: (addresses) => {
        masters.learn(addresses)
      },
    }),
    'spark-worker',
    { shutdownMs: driverTerminateMs + 10_000 },
  )
  return {
    system,
    node,
    workerId,
    address: formatAddress({ host, port }),
    cores,
    memoryMb,
    ended,
    refusal: () => refusal,
  }
}

/** All of the machine's but a gigabyte, at least half a gigabyte. @see WorkerArguments.scala of Spark */
function defaultMemoryMb(totalBytes: number): number {
  return Math.max(512, Math.floor(totalBytes / 2 ** 20) - 1024)
}

/** `worker-20261123093340-127.0.0.1-40000` */
function workerIdOf(unixMs: number, host: string, port: number): string {
  return `worker-${stamp(unixMs)}-${host.replaceAll(/[^A-Za-z0-9.-]/g, '-')}-${port}`
}
