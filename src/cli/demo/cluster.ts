import type { ChildProcess, Environment, ProcessExit } from '../../platform/index.ts'
import { DemoError } from './errors.ts'

/** The `troupe` command itself, to start its services with. */
const MAIN: string = decodeURIComponent(new URL('../main.js', import.meta.url).pathname)

const START_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 5_000
const LOOK_EVERY_MS = 15
/** Characters of a service's log that an error quotes. */
const LOG_TAIL = 2_000

/** One service of the cluster, in a process of its own. */
export interface Service {
  readonly name: string
  readonly process: ChildProcess
  /** `host:port` of its line. */
  readonly address: string
  /** `http://host:port` of its HTTP door. */
  readonly http: string
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
  /** Processes that were started, whether they have said where they listen or not; the master first. */
  readonly #started: ChildProcess[] = []
  #isStopped = false

  constructor(environment: Environment, options: ClusterOptions) {
    this.#environment = environment
    this.#options = options
  }

  /**
   * Starts the master, then all agents at once.
   * @throws TROUPE_DEMO_SERVICE_NOT_UP; `stop` ends what was started
   */
  async start(): Promise<void> {
    const { agents, resources, directory } = this.#options
    const master = await this.#startService('master', [
      ...['master', '--port', '0'],
      // On one machine nothing is slow to come back: five seconds in all.
      ...['--agent-ping-timeout', '1'],
    ])
    const names = Array.from({ length: agents }, (_, i) => `agent-${i + 1}`)
    const started = await Promise.all(
      names.map((name) =>
        this.#startService(name, [
          ...['agent', '--port', '0', '--master', master.address],
          ...['--resources', resources],
          ...['--work-dir', `${directory}/${name}`],
          // Of an agent that chaos has killed nothing is to stay for long.
          ...['--recovery-timeout', '15secs'],
        ]),
      ),
    )
    this.#services.push(master, ...started)
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

  /** Ends the agents, then the master: by SIGTERM, and by SIGKILL what takes too long. What starts now is ended, too. */
  async stop(): Promise<void> {
    this.#isStopped = true
    const [master, ...agents] = this.#started.splice(0)
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
      args: [...args, '--address-file', addressFile, '--end-with', String(processes.pid)],
      stdout: log,
      stderr: log,
    })
    if (this.#isStopped) process.kill('SIGKILL')
    else this.#started.push(process)
    const said = await this.#addresses(name, process, addressFile, log)
    const [address = '', http = ''] = said.split('\n')
    return { name, process, address, http }
  }

  /** Waits for the file in which a service says where it listens: a line for each. */
  async #addresses(
    name: string,
    process: ChildProcess,
    file: string,
    log: string,
  ): Promise<string> {
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
    const said = new TextDecoder().decode(await disk.readFile(log)).trim()
    throw new DemoError(
      'TROUPE_DEMO_SERVICE_NOT_UP',
      `${name} ${how}: it said ${said === '' ? 'nothing' : JSON.stringify(said.slice(-LOG_TAIL))}`,
      { data: { service: name } },
    )
  }

  async #end(process: ChildProcess): Promise<void> {
    process.kill('SIGTERM')
    const timer = this.#environment.clock.setTimer(STOP_LIMIT_MS, () => {
      process.kill('SIGKILL')
    })
    await process.exited
    timer.cancel()
  }
}
