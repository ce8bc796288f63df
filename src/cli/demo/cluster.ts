import type { ChildProcess, Environment, ProcessExit } from '../../platform/index.ts'
import { DemoError } from './errors.ts'

/** The `troupe` command itself, to start its services with. */
const MAIN: string = decodeURIComponent(new URL('../main.js', import.meta.url).pathname)

const START_LIMIT_MS = 20_000
const STOP_LIMIT_MS = 5_000
const LOOK_EVERY_MS = 15

/** One service of the cluster, in a process of its own. */
export interface Service {
  readonly name: string
  readonly process: ChildProcess
  /** `host:port`. */
  readonly address: string
}

/** What the cluster of a demonstration is made of. */
export interface ClusterOptions {
  /** An absolute path; logs, addresses and sandboxes go there. */
  readonly directory: string
  readonly agents: number
  /** Of each agent. */
  readonly resources: string
}

/** A master and agents on this machine, each a process, linked over TCP. */
export class Cluster {
  readonly #environment: Environment
  readonly #options: ClusterOptions
  readonly #services: Service[] = []

  private constructor(environment: Environment, options: ClusterOptions) {
    this.#environment = environment
    this.#options = options
  }

  /**
   * Starts the master, then all agents at once. What was started is ended again if one does not come up.
   * @throws TROUPE_DEMO_SERVICE_NOT_UP
   */
  static async start(environment: Environment, options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(environment, options)
    try {
      const master = await cluster.#startService('master', ['master', '--port', '0'])
      const names = Array.from({ length: options.agents }, (_, i) => `agent-${i + 1}`)
      await Promise.all(
        names.map((name) =>
          cluster.#startService(name, [
            ...['agent', '--port', '0', '--master', master.address],
            ...['--resources', options.resources],
            ...['--work-dir', `${options.directory}/${name}`],
          ]),
        ),
      )
      return cluster
    } catch (error) {
      await cluster.stop()
      throw error
    }
  }

  get master(): Service {
    return this.#services[0] as Service
  }

  get agents(): readonly Service[] {
    return this.#services.slice(1)
  }

  get services(): readonly Service[] {
    return this.#services
  }

  /** Ends the agents, then the master: by SIGTERM, and by SIGKILL what takes too long. */
  async stop(): Promise<void> {
    const [master, ...agents] = this.#services
    await Promise.all(agents.map((agent) => this.#end(agent)))
    if (master !== undefined) await this.#end(master)
    this.#services.length = 0
  }

  async #startService(name: string, args: readonly string[]): Promise<Service> {
    const { disk, processes } = this.#environment
    const { directory } = this.#options
    await disk.makeDirectory(`${directory}/${name}`)
    const addressFile = `${directory}/${name}/address`
    const log = `${directory}/${name}/log`
    const process = await processes.start({
      command: MAIN,
      node: true,
      args: [...args, '--address-file', addressFile],
      stdout: log,
      stderr: log,
    })
    const service = { name, process, address: await this.#address(name, process, addressFile, log) }
    this.#services.push(service)
    return service
  }

  /** Waits for the file in which a service says where it listens. */
  async #address(name: string, process: ChildProcess, file: string, log: string): Promise<string> {
    const { clock, disk } = this.#environment
    const deadline = clock.now() + START_LIMIT_MS
    let exit: ProcessExit | undefined
    void process.exited.then((how) => (exit = how))
    while (clock.now() < deadline && exit === undefined) {
      if ((await disk.stat(file)) !== undefined) {
        return new TextDecoder().decode(await disk.readFile(file)).trim()
      }
      await new Promise<void>((resolve) => clock.setTimer(LOOK_EVERY_MS, resolve))
    }
    process.kill('SIGKILL')
    const how = exit === undefined ? `is silent after ${START_LIMIT_MS} ms` : 'has ended'
    throw new DemoError('TROUPE_DEMO_SERVICE_NOT_UP', `${name} ${how}: its log is ${log}`, {
      data: { service: name, log },
    })
  }

  async #end({ process }: Service): Promise<void> {
    process.kill('SIGTERM')
    const timer = this.#environment.clock.setTimer(STOP_LIMIT_MS, () => {
      process.kill('SIGKILL')
    })
    await process.exited
    timer.cancel()
  }
}
