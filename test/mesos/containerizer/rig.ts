import { ActorSystem, receive, type ActorRef } from '../../../src/actors/index.ts'
import {
  makeContainerizers,
  processContainer,
  type Containerizer,
  type ContainerizerOptions,
  type Containerizers,
  type ContainerMessage,
  type ContainerNotice,
  type ContainerSpec,
  type ContainerStatistics,
  type ExecAnswer,
} from '../../../src/mesos/containerizer/index.ts'
import { nodeEnvironment, type Environment } from '../../../src/platform/index.ts'

const environment = nodeEnvironment()
let nextId = 0

/** A container for real, and what it told. */
export interface Running {
  readonly id: string
  readonly ref: ActorRef<ContainerMessage>
  readonly sandbox: string
  next<T extends ContainerNotice['type']>(
    type: T,
  ): Promise<Extract<ContainerNotice, { readonly type: T }>>
  /** Of its standard output. */
  output(name?: 'stdout' | 'stderr'): Promise<string>
  exec(value: string, timeoutMs?: number): Promise<ExecAnswer>
  statistics(): Promise<ContainerStatistics['statistics']>
}

/** Containers of the real machine, in a directory of their own that is removed at the end. */
export class RealContainers {
  readonly environment: Environment = environment
  readonly directory: string
  #system = ActorSystem.create('containers', { environment })
  #made: Containerizers | undefined

  private constructor(directory: string) {
    this.directory = directory
  }

  static async start(
    options?: Partial<ContainerizerOptions>,
    directory?: string,
  ): Promise<RealContainers> {
    const made = new RealContainers(
      directory ?? (await environment.disk.makeTemporaryDirectory('troupe-containers-')),
    )
    if (options !== undefined) {
      made.#made = await makeContainerizers(environment, {
        runtimeDirectory: `${made.directory}/run`,
        cgroupsRoot: made.cgroupsRoot,
        ...options,
      })
    }
    return made
  }

  /** No other test's. */
  get cgroupsRoot(): string {
    return `troupe-test-${environment.processes.pid}`
  }

  recover(known: readonly string[] = []): Promise<number> {
    return this.#made?.recover(new Set(known)) ?? Promise.resolve(0)
  }

  run(command: string | ContainerSpec['command'], more: Partial<ContainerSpec> = {}): Running {
    const id = more.containerId ?? `c${environment.processes.pid}-${nextId++}`
    const sandbox = `${this.directory}/${id}`
    const seen: ContainerNotice[] = []
    const waiting: { readonly type: string; readonly take: (notice: never) => void }[] = []
    const owner = this.#system.spawn(
      receive<ContainerNotice>((notice) => {
        const index = waiting.findIndex(({ type }) => type === notice.type)
        if (index < 0) seen.push(notice)
        else waiting.splice(index, 1)[0]?.take(notice as never)
      }),
      `owner-${id}`,
    )
    const containerizer: Containerizer = this.#made?.containerizer ?? processContainer
    const spec: ContainerSpec = {
      containerId: id,
      command: typeof command === 'string' ? { value: command } : command,
      environment: { FROM: 'agent' },
      sandbox,
      ...more,
    }
    const ref = this.#system.spawn(containerizer(spec, owner), id, { restart: 'temporary' })
    const { disk } = environment
    return {
      id,
      ref,
      sandbox,
      next(type) {
        const index = seen.findIndex((one) => one.type === type)
        if (index >= 0) return Promise.resolve(seen.splice(index, 1)[0] as never)
        return new Promise((resolve) => {
          // What looks after a found process does not keep this one alive.
          const alive = setInterval(() => undefined, 1000)
          waiting.push({
            type,
            take: (notice) => {
              clearInterval(alive)
              resolve(notice)
            },
          })
        })
      },
      output: async (name = 'stdout') =>
        new TextDecoder().decode(await disk.readFile(`${sandbox}/${name}`)),
      exec: (value, timeoutMs = 30_000) =>
        ref.ask<ExecAnswer>(
          (replyTo) => ({ type: 'exec', command: { value }, timeoutMs, replyTo }),
          { timeoutMs: 60_000 },
        ),
      statistics: async () => {
        const answer = await ref.ask<ContainerStatistics>(
          (replyTo) => ({ type: 'statistics', replyTo }),
          { timeoutMs: 60_000 },
        )
        return answer.statistics
      },
    }
  }

  /** Resolves when `isSo`; the test's own time limit is the only one. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    while (!(await isSo())) {
      await new Promise<void>((resolve) => void environment.clock.setTimer(10, resolve))
    }
  }

  /** As if the agent's process had ended: its actors are gone. */
  async forget(): Promise<void> {
    await this.#system.terminate()
    this.#system = ActorSystem.create('containers', { environment })
  }

  async end(): Promise<void> {
    await this.#system.terminate()
    await environment.disk.remove(this.directory)
  }
}
