import { exitOfShell, type Environment, type ProcessExit } from '../../../platform/index.ts'
import type { EnvironmentVariable, ResourceStatistics } from '../../protocol/index.ts'
import { megabytesOf, sayBytes } from '../bytes.ts'
import type { BoundSettings } from '../cgroups/index.ts'
import type { Contained, Ended, FurtherCommand, Launch } from '../contained.ts'
import type { ContainerSpec, ExecAnswer } from '../protocol.ts'
import { boundsOf } from '../resource-bounds.ts'
import { makeSandbox, outputOf } from '../started-process.ts'
import { SANDBOX_IN_IMAGE, volumeMounts } from '../volumes.ts'
import { boundsInDocker, descriptionOf, dockerName } from './description.ts'
import { recordOf, type DockerEngine } from './engine.ts'
import { OutputFrames } from './output.ts'
import { usageInDocker } from './usage.ts'

/** Before an engine that did not answer is asked again. */
const AGAIN_MS = 1000
/** How long the last of the output may take after a container's end. */
const LAST_OUTPUT_MS = 5000

/** How much later than of its end an engine may hear that a container's memory ran out. */
const OUT_OF_MEMORY_MS = 250

/** What containers of an engine are made with. */
export interface DockerSettings extends BoundSettings {
  readonly engine: DockerEngine
  /** An absolute path; a directory in it for each container that there is. */
  readonly runtimeDirectory: string
}

/** Containers of a Docker engine, by their names. */
export function launchDocker(settings: DockerSettings): Launch {
  return async (environment, spec) => {
    const container = new DockerContainer(environment, settings, spec)
    if (spec.running === undefined) await container.start()
    return container.contained(spec.running)
  }
}

/** Removes what an agent before has left of a container. @throws TROUPE_MESOS_DOCKER_FAILED */
export async function removeDocker(engine: DockerEngine, containerId: string): Promise<void> {
  await engine.find('DELETE', `/containers/${dockerName(containerId)}?force=true&v=true`)
}

class DockerContainer {
  readonly #environment: Environment
  readonly #settings: DockerSettings
  readonly #spec: ContainerSpec
  readonly #path: string
  readonly #runtime: string
  #isReleased = false
  /** Pieces of output are written one after another. */
  #writing: Promise<void> = Promise.resolve()

  constructor(environment: Environment, settings: DockerSettings, spec: ContainerSpec) {
    this.#environment = environment
    this.#settings = settings
    this.#spec = spec
    this.#path = `/containers/${dockerName(spec.containerId)}`
    this.#runtime = `${settings.runtimeDirectory}/${spec.containerId}`
  }

  get #engine(): DockerEngine {
    return this.#settings.engine
  }

  async start(): Promise<void> {
    const { disk } = this.#environment
    const spec = this.#spec
    const description = descriptionOf(spec, this.#settings)
    await makeSandbox(this.#environment, spec)
    for (const one of volumeMounts(spec.sandbox, spec.container?.volumes)) {
      if (one.isOwn) await disk.makeDirectory(one.from)
    }
    await disk.makeDirectory(this.#runtime)
    try {
      await this.#pull(description.Image, spec.container?.docker?.force_pull_image === true)
      // What stands in the files of its output already is not the container's.
      const [stdout, stderr] = await Promise.all(
        (['stdout', 'stderr'] as const).map((name) => disk.stat(`${spec.sandbox}/${name}`)),
      )
      const before = { stdout: stdout?.sizeBytes ?? 0, stderr: stderr?.sizeBytes ?? 0 }
      const text = new TextEncoder().encode(JSON.stringify(before))
      await disk.writeFile(`${this.#runtime}/output`, text)
      const name = encodeURIComponent(dockerName(spec.containerId))
      await this.#engine.ask('POST', `/containers/create?name=${name}`, description)
      await this.#engine.ask('POST', `${this.#path}/start`)
    } catch (error) {
      await this.#remove()
      throw error
    }
  }

  /** Looks after a container that runs. */
  async contained(running: ContainerSpec['running']): Promise<Contained> {
    const found = await this.#engine.find('GET', `${this.#path}/json`)
    const spec = this.#spec
    let { resources } = spec
    const address = addressOf(found)
    const logs = found === undefined ? Promise.resolve() : this.#follow(running !== undefined)
    return {
      pid: pidOf(found) ?? running?.pid ?? 0,
      // No other container ever has it.
      mark: markOf(found) ?? running?.mark,
      ...(address !== undefined && { ipAddress: address }),
      ended: this.#ended(found, logs),
      signal: (signal) => void this.#kill(signal).catch(() => undefined),
      destroy: () => this.#kill('SIGKILL'),
      update: async (update) => {
        const { Memory: standing = 0 } = boundsInDocker(resources, this.#settings)
        const {
          Memory: memory = 0,
          MemoryReservation: soft,
          ...bounds
        } = boundsInDocker(update, this.#settings)
        resources = update
        // As with cgroups of our own, memory is never bounded below what may be in use.
        const isMore = Number(memory) === 0 || Number(memory) > Number(standing)
        await this.#engine.ask('POST', `${this.#path}/update`, {
          ...bounds,
          // Without the bound with swap it could not be more than that.
          ...(isMore && { Memory: memory, MemoryReservation: soft, MemorySwap: -1 }),
        })
      },
      statistics: async () => this.#statistics(boundsOf(resources)),
      exec: (command) => this.#exec(command),
      release: () => {
        this.#isReleased = true
      },
    }
  }

  /** Fetches the image unless it is there, or is to be fetched anew. */
  async #pull(image: string, isForced: boolean): Promise<void> {
    const path = image.split('/').map(encodeURIComponent).join('/')
    if (!isForced && (await this.#engine.find('GET', `/images/${path}/json`)) !== undefined) return
    const isPinned = image.includes('@') || image.lastIndexOf(':') > image.lastIndexOf('/')
    const query = `fromImage=${encodeURIComponent(isPinned ? image : `${image}:latest`)}`
    let said = ''
    await this.#engine.stream('POST', `/images/create?${query}`, undefined, (bytes) => {
      said += new TextDecoder().decode(bytes)
    })
    // Progress, a JSON a line; what goes wrong on the way is among it.
    for (const line of said.split('\n').filter((one) => one.includes('"error"'))) {
      const { error } = recordOf(JSON.parse(line))
      if (typeof error === 'string') throw this.#engine.failed(`the pull of ${image}`, error)
    }
  }

  async #kill(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    try {
      await this.#engine.find('POST', `${this.#path}/kill?signal=${signal}`)
    } catch (error) {
      // One that has ended can't be killed; then that is how it is.
      if (isRunning(await this.#engine.find('GET', `${this.#path}/json`))) throw error
    }
  }

  /** Resolves when it is over and removed. An engine that does not answer is asked until it does. */
  async #ended(found: unknown, logs: Promise<void>): Promise<Ended> {
    let last = found
    while (last !== undefined && isRunning(last)) {
      try {
        await this.#engine.find('POST', `${this.#path}/wait`)
        last = await this.#engine.find('GET', `${this.#path}/json`)
      } catch {
        await this.#pause(AGAIN_MS)
      }
      if (this.#isReleased) return new Promise(() => undefined)
    }
    await Promise.race([logs, this.#pause(LAST_OUTPUT_MS)])
    await this.#writing
    if (exitOf(stateOf(last))?.signal === 'SIGKILL' && stateOf(last)['OOMKilled'] !== true) {
      await this.#pause(OUT_OF_MEMORY_MS)
      const again = this.#engine.find('GET', `${this.#path}/json`)
      last = (await again.catch(() => undefined)) ?? last
    }
    await this.#remove()
    const state = stateOf(last)
    const memory = Number(recordOf(recordOf(last)['HostConfig'])['Memory'] ?? 0)
    return {
      exit: exitOf(state),
      ...(state['OOMKilled'] === true && {
        limitation: {
          reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
          message: `Memory limit exceeded: Requested: ${sayBytes(memory)}`,
          resources: [megabytesOf('mem', memory)],
        },
      }),
    }
  }

  async #remove(): Promise<void> {
    // What can't be removed now is removed by the next agent, which finds its directory.
    try {
      await removeDocker(this.#engine, this.#spec.containerId)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#environment.log.write('warn', 'a container was not removed', { why })
      return
    }
    await this.#environment.disk.remove(this.#runtime)
  }

  /** Writes its output to its sandbox; all of it anew, if an agent before has begun. */
  async #follow(isFound: boolean): Promise<void> {
    const { disk } = this.#environment
    if (isFound) {
      const text = await disk.readFile(`${this.#runtime}/output`).catch(() => new Uint8Array())
      const before = recordOf(JSON.parse(new TextDecoder().decode(text) || '{}'))
      for (const name of ['stdout', 'stderr'] as const) {
        const path = outputOf(this.#spec)[name] ?? ''
        const kept = (await disk.readFile(path).catch(() => new Uint8Array())).subarray(
          0,
          Number(before[name] ?? 0),
        )
        await disk.writeFile(path, kept)
      }
    }
    const query = 'follow=true&stdout=true&stderr=true'
    try {
      await this.#read('GET', `${this.#path}/logs?${query}`, undefined)
    } catch (error) {
      if (this.#isReleased) return
      const why = error instanceof Error ? error.message : String(error)
      this.#environment.log.write('warn', "a container's output broke off", { why })
    }
  }

  /** Output goes to the files of the sandbox. */
  #read(method: string, path: string, body: unknown): Promise<void> {
    const { disk } = this.#environment
    const frames = new OutputFrames((name, bytes) => {
      const file = outputOf(this.#spec)[name] ?? ''
      const copy = bytes.slice()
      this.#writing = this.#writing
        .then(() => disk.addTo(file, copy))
        // The sandbox may be gone before its container.
        .catch(() => undefined)
    })
    return this.#engine.stream(method, path, body, (bytes) => {
      if (!this.#isReleased) frames.push(bytes)
    })
  }

  async #statistics(
    bounds: Partial<ResourceStatistics>,
  ): Promise<Omit<ResourceStatistics, 'timestamp'> | undefined> {
    const found = await this.#engine.find('GET', `${this.#path}/stats?stream=false&one-shot=true`)
    return found === undefined ? undefined : { ...bounds, ...usageInDocker(found) }
  }

  async #exec({ command, environment, timeoutMs }: FurtherCommand): Promise<ExecAnswer> {
    const { value = '', shell = true, arguments: given = [] } = command
    const variables = [...(environment ?? []), ...(command.environment?.variables ?? [])]
    const made = await this.#engine.ask('POST', `${this.#path}/exec`, {
      AttachStdout: true,
      AttachStderr: true,
      Cmd: shell ? ['/bin/sh', '-c', value] : [value, ...given.slice(1)],
      Env: variables.map((one: EnvironmentVariable) => `${one.name}=${one.value ?? ''}`),
      WorkingDir: SANDBOX_IN_IMAGE,
    })
    const id = String(recordOf(made)['Id'])
    const over = this.#read('POST', `/exec/${id}/start`, { Detach: false, Tty: false })
    const inTime = await Promise.race([
      over.then(() => true),
      this.#pause(timeoutMs).then(() => false),
    ])
    const state = recordOf(await this.#engine.ask('GET', `/exec/${id}/json`))
    if (inTime) {
      await this.#writing
      return { type: 'exec-ended', exit: exitOfShell(Number(state['ExitCode'])) }
    }
    over.catch(() => undefined)
    // The engine has no call for it; its process is one of this machine.
    const pid = Number(state['Pid'] ?? 0)
    if (pid > 0) this.#environment.processes.kill(pid, 'SIGKILL')
    return { type: 'exec-timed-out' }
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#environment
    return new Promise((resolve) => {
      clock.setTimer(ms, resolve, { background: true })
    })
  }
}

function isRunning(inspected: unknown): boolean {
  const { Status: status, Running: isOn } = recordOf(recordOf(inspected)['State'])
  return isOn === true || status === 'created' || status === 'restarting'
}

function stateOf(inspected: unknown): Readonly<Record<string, unknown>> {
  return recordOf(recordOf(inspected)['State'])
}

function exitOf(state: Readonly<Record<string, unknown>>): ProcessExit | undefined {
  const { ExitCode: code } = state
  return typeof code === 'number' ? exitOfShell(code) : undefined
}

function pidOf(inspected: unknown): number | undefined {
  const { Pid: pid } = stateOf(inspected)
  return typeof pid === 'number' && pid > 0 ? pid : undefined
}

function markOf(inspected: unknown): string | undefined {
  const { Id: id } = recordOf(inspected)
  return typeof id === 'string' ? id : undefined
}

function addressOf(inspected: unknown): string | undefined {
  const settings = recordOf(recordOf(inspected)['NetworkSettings'])
  for (const network of Object.values(recordOf(settings['Networks']))) {
    const { IPAddress: address } = recordOf(network)
    if (typeof address === 'string' && address !== '') return address
  }
  return undefined
}
