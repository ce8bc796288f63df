import { fileURLToPath } from 'node:url'

import type { ExecutionContext } from 'ava'

import type { ChildProcess } from '../../../src/platform/index.ts'
import {
  SparkContext,
  type Pair,
  type RDD,
  type SparkConf,
  type SparkEvent,
  type SparkListener,
} from '../../../src/spark/index.ts'
import { environment, until, words } from '../cluster/house.ts'

const program = (name: string): string =>
  fileURLToPath(new URL(`./programs/${name}.js`, import.meta.url))

export interface HouseOptions {
  readonly workers?: number
  readonly workerTimeoutMs?: number
  readonly isRecovering?: boolean
}

/** A process that has said a line. */
interface Said {
  readonly process: ChildProcess
  readonly line: string
}

/** A master and workers of one core and 1,024 MB, each a process of its own. */
export class StandaloneHouse {
  readonly directory: string
  readonly workers: Said[] = []
  readonly #t: ExecutionContext
  readonly #options: HouseOptions
  readonly #children: ChildProcess[] = []
  #master: Said | undefined

  private constructor(t: ExecutionContext, directory: string, options: HouseOptions) {
    this.#t = t
    this.directory = directory
    this.#options = options
  }

  static async start(t: ExecutionContext, options: HouseOptions = {}): Promise<StandaloneHouse> {
    t.timeout(120_000)
    const directory = await environment.disk.makeTemporaryDirectory('troupe-test-')
    const house = new StandaloneHouse(t, directory, options)
    t.teardown(async () => {
      for (const child of house.#children) child.kill('SIGKILL')
      await Promise.all(house.#children.map(({ exited }) => exited))
      await environment.disk.remove(directory)
    })
    house.#master = await house.#startMaster('0')
    await Promise.all(Array.from({ length: options.workers ?? 2 }, () => house.startWorker()))
    return house
  }

  get master(): ChildProcess {
    if (this.#master === undefined) throw new TypeError('no master')
    return this.#master.process
  }

  /** `host:port` of the master. */
  get address(): string {
    return this.#master?.line ?? ''
  }

  async startMasterAgain(): Promise<void> {
    await this.master.exited
    const port = this.address.slice(this.address.lastIndexOf(':') + 1)
    this.#master = await this.#startMaster(port)
  }

  async startWorker(): Promise<Said> {
    const args = [this.address, `${this.directory}/work`, '1', '1024']
    const worker = await this.#start('worker', args)
    this.workers.push(worker)
    return worker
  }

  #startMaster(port: string): Promise<Said> {
    const { workerTimeoutMs = 60_000, isRecovering = false } = this.#options
    const recovery = isRecovering ? [`${this.directory}/recovery`] : []
    return this.#start('master', [port, String(workerTimeoutMs), ...recovery])
  }

  async #start(name: string, args: readonly string[]): Promise<Said> {
    const stdout = `${this.directory}/${name}-${environment.random.id()}`
    const process = await environment.processes.start({
      command: program(name),
      args,
      node: true,
      stdout,
      stderr: 'inherit',
    })
    this.#children.push(process)
    let line = ''
    await until(async () => {
      line = new TextDecoder().decode(await environment.disk.readFile(stdout))
      return line.endsWith('\n')
    })
    return { process, line: line.trim() }
  }

  /** An application of this process, once it has so many executors. */
  async application(executors: number, conf: SparkConf = {}): Promise<Application> {
    const app = new Application()
    const sc = await SparkContext.create({
      master: `spark://${this.address}`,
      appName: 'standalone',
      conf: {
        'spark.executor.memory': '256m',
        'spark.testing.reservedMemory': 0,
        'spark.default.parallelism': 4,
        ...conf,
      },
      listener: app.listener,
    })
    app.sc = sc
    this.#t.teardown(() => sc.stop())
    await until(() => app.pids.size >= executors)
    return app
  }
}

/** What one application has seen. */
export class Application {
  declare sc: SparkContext
  readonly events: SparkEvent[] = []
  /** executor → its process, also of those that are gone */
  readonly pids: Map<string, number> = new Map()
  readonly gone: string[] = []

  readonly listener: SparkListener = (event) => {
    this.events.push(event)
    if (event.type === 'executor-added') this.pids.set(event.executorId, event.pid)
    if (event.type === 'executor-removed') this.gone.push(event.executorId)
  }

  /** The word count of {@link words}. */
  counts(): RDD<Pair<string, number>> {
    return this.sc
      .parallelize(words, 6)
      .map((word) => [word, 1])
      .reduceByKey((a, b) => a + b, 4)
  }

  /** Calls `strike` with the executor of the first task of a stage, as that task starts. */
  atStage(stageId: number, strike: (executorId: string) => void): void {
    let isDone = false
    this.sc.addListener((event) => {
      if (isDone || event.type !== 'task-start' || event.stageId !== stageId) return
      isDone = true
      strike(event.executorId)
    })
  }
}
