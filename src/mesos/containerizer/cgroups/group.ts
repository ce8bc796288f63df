import type { Environment } from '../../../platform/index.ts'
import type { ResourceStatistics } from '../../protocol/index.ts'
import { megabytesOf, sayBytes } from '../bytes.ts'
import type { ContainerLimitation, ContainerResources } from '../protocol.ts'
import { isLowering, writesFor, type BoundSettings } from './bounds.ts'
import type { CgroupMounts, Controller } from './mounts.ts'
import { killsForMemory, USAGE_FILES, usageOf, type CgroupTexts } from './usage.ts'

/** Between two looks at whether all have frozen, or ended. */
const PAUSE_MS = 10
/** Processes that can't end, because a disk doesn't answer them, are given up then. */
const MOST_PAUSES = 500

/** Where the cgroups of containers are, and what they bound. */
export interface CgroupSettings extends BoundSettings {
  readonly mounts: CgroupMounts
  /** The directory, within each tree, that the containers are in (`--cgroups_root`). */
  readonly root: string
  /** What is bounded and counted. The freezer of version 1 is always among them: by it a whole tree is killed. */
  readonly controllers: readonly Controller[]
}

/** Between the cgroup of a pod and those within. */
const WITHIN_POD = 'mesos'

type Ports = Pick<Environment, 'disk' | 'processes' | 'clock'>

/** The cgroups of one container: one in each tree. Those of one `pod` are within its, and share what bounds it. */
export class Cgroup {
  readonly #ports: Ports
  readonly #settings: CgroupSettings
  /** Controller → its directory; of version 2 all the same. */
  readonly #paths: ReadonlyMap<Controller, string>
  readonly #pod: Cgroup | undefined

  constructor(ports: Ports, settings: CgroupSettings, containerId: string, pod?: string) {
    this.#ports = ports
    this.#settings = settings
    this.#pod = pod === undefined ? undefined : new Cgroup(ports, settings, pod)
    const below =
      pod === undefined
        ? `${settings.root}/${containerId}`
        : `${settings.root}/${pod}/${WITHIN_POD}/${containerId}`
    const { mounts } = settings
    this.#paths = new Map(
      settings.controllers.flatMap((controller) => {
        const tree = mounts.version === 1 ? mounts.paths[controller] : mounts.path
        return tree === undefined ? [] : [[controller, `${tree}/${below}`]]
      }),
    )
  }

  /** The files through which a process joins. */
  get joins(): readonly string[] {
    return this.#directories.map((path) => `${path}/cgroup.procs`)
  }

  get #directories(): readonly string[] {
    return [...new Set(this.#paths.values())]
  }

  /** Makes it, with its bounds. @throws TROUPE_PLATFORM_FILE_UNWRITABLE */
  async create(resources: ContainerResources): Promise<void> {
    const { disk } = this.#ports
    const { mounts, controllers, root } = this.#settings
    const pod = this.#pod
    if (mounts.version === 2) {
      const above =
        pod === undefined ? root : (this.#directories[0] ?? '').slice(mounts.path.length + 1)
      const parent = pod === undefined ? above : above.slice(0, above.lastIndexOf('/'))
      await this.#delegate(mounts.path, parent, controllers)
    } else if (pod !== undefined) await pod.#countWithin()
    for (const path of this.#directories) {
      // Another container may take the directory above away, if it was the last in it.
      await disk.makeDirectory(path).catch(() => disk.makeDirectory(path))
    }
    const cpuset = mounts.version === 1 ? this.#paths.get('cpuset') : undefined
    if (cpuset !== undefined) await this.#takeCpuset(cpuset)
    await this.update(resources, { isFirst: true })
  }

  async update(
    resources: ContainerResources,
    { isFirst = false }: { readonly isFirst?: boolean } = {},
  ): Promise<void> {
    if (this.#pod !== undefined) {
      // What bounds all of them bounds it; only when it is there the pod's can't be taken away any more.
      await this.#pod.update(resources, { isFirst })
      return
    }
    const { version } = this.#settings.mounts
    for (const write of writesFor(version, resources, this.#settings)) {
      const directory = this.#paths.get(write.controller)
      if (directory === undefined) continue
      const path = `${directory}/${write.file}`
      if (!isFirst && isLowering(write, await this.#read(path))) continue
      await this.#write(path, write.value)
    }
  }

  /** All processes in it. */
  async processes(): Promise<readonly number[]> {
    const text = await this.#read(this.joins[0] ?? '')
    return text.split('\n').filter(Boolean).map(Number)
  }

  async statistics(): Promise<Omit<ResourceStatistics, 'timestamp'>> {
    const { version } = this.#settings.mounts
    return usageOf(version, await this.#texts(USAGE_FILES[version]))
  }

  /** Set if the kernel has killed something in it for its memory. */
  async outOfMemory(): Promise<ContainerLimitation | undefined> {
    const { version } = this.#settings.mounts
    const [file, bound, most] =
      version === 1
        ? ['memory.oom_control', 'memory.limit_in_bytes', 'memory.max_usage_in_bytes']
        : ['memory.events', 'memory.max', 'memory.peak']
    const own = await this.#texts({ memory: [file] })
    if (killsForMemory(version, own) === 0) return undefined
    const texts = await (this.#pod ?? this).#texts({ memory: [bound, most, 'memory.stat'] })
    const say = (title: string, name: string): string => {
      const text = texts.get(name)?.trim()
      return text === undefined ? '' : ` ${title}: ${sayBytes(Number(text))}`
    }
    return {
      reason: 'REASON_CONTAINER_LIMITATION_MEMORY',
      message: `Memory limit exceeded:${say('Requested', bound)}${say('Maximum Used', most)}\n\nMEMORY STATISTICS: \n${texts.get('memory.stat') ?? ''}\n`,
      resources: [megabytesOf('mem', Number(texts.get(most) ?? 0))],
    }
  }

  /** Ends all processes in it, however they came there; none can start another meanwhile. */
  async kill(): Promise<void> {
    const { mounts } = this.#settings
    if (mounts.version === 2) {
      await this.#write(`${this.#directories[0] ?? ''}/cgroup.kill`, '1').catch(() => this.#kill())
      return
    }
    const freezer = this.#paths.get('freezer')
    const state = freezer && `${freezer}/freezer.state`
    if (state !== undefined) {
      await this.#write(state, 'FROZEN').catch(() => undefined)
      await this.#until(async () => (await this.#read(state)).trim() !== 'FREEZING')
    }
    await this.#kill()
    if (state !== undefined) await this.#write(state, 'THAWED').catch(() => undefined)
  }

  /** Removes it, with all that is still in it. False if something in it can't be ended. */
  async remove(): Promise<boolean> {
    if ((await this.processes()).length > 0) await this.kill()
    const isEmpty = await this.#until(async () => (await this.processes()).length === 0)
    if (!isEmpty) return false
    for (const path of this.#directories) {
      await this.#removeTree(path)
      // If it was the last.
      let above = path
      for (let levels = this.#pod === undefined ? 1 : 3; levels > 0; levels--) {
        above = above.slice(0, above.lastIndexOf('/'))
        await this.#ports.disk.removeDirectory(above).catch(() => undefined)
      }
    }
    return true
  }

  /** Whether there is one, of an agent before. */
  async exists(): Promise<boolean> {
    for (const path of this.#directories) {
      if ((await this.#ports.disk.stat(path)) !== undefined) return true
    }
    return false
  }

  async #kill(): Promise<void> {
    for (const pid of await this.processes()) this.#ports.processes.kill(pid, 'SIGKILL')
  }

  /** What was made in it by what ran in it goes too. */
  async #removeTree(path: string): Promise<void> {
    const { disk } = this.#ports
    if ((await disk.stat(path)) === undefined) return
    for (const entry of await disk.list(path).catch(() => [])) {
      if (entry.isDirectory) await this.#removeTree(entry.path)
    }
    // Processes that have ended are in it for a moment more.
    await this.#until(() =>
      disk.removeDirectory(path).then(
        () => true,
        () => false,
      ),
    )
  }

  /** Version 2 has controllers where the directory above says so. */
  async #delegate(tree: string, root: string, controllers: readonly Controller[]): Promise<void> {
    const names = controllers.filter((one) => one !== 'freezer' && one !== 'cpuacct')
    const wanted = names.map((one) => `+${one}`).join(' ')
    let path = tree
    for (const part of ['', ...root.split('/')]) {
      path = part === '' ? path : `${path}/${part}`
      await this.#ports.disk.makeDirectory(path)
      await this.#write(`${path}/cgroup.subtree_control`, wanted)
    }
  }

  /** Kernels before 5.11 bound what is within only if they are told so. */
  async #countWithin(): Promise<void> {
    const memory = this.#paths.get('memory')
    if (memory === undefined) return
    await this.#ports.disk.makeDirectory(memory)
    await this.#write(`${memory}/memory.use_hierarchy`, '1').catch(() => undefined)
  }

  /** A new one of version 1 has no processors and no memory nodes: it gets those of the one above. */
  async #takeCpuset(path: string): Promise<void> {
    const above = path.slice(0, path.lastIndexOf('/'))
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      if ((await this.#read(`${path}/${file}`)).trim() !== '') continue
      if ((await this.#read(`${above}/${file}`)).trim() === '') await this.#takeCpuset(above)
      await this.#write(`${path}/${file}`, (await this.#read(`${above}/${file}`)).trim())
    }
  }

  async #texts(
    files: Readonly<Partial<Record<Controller, readonly string[]>>>,
  ): Promise<CgroupTexts> {
    const texts = new Map<string, string>()
    for (const [controller, names] of Object.entries(files)) {
      // Who is in a cgroup is said in each.
      const directory =
        this.#paths.get(controller as Controller) ??
        (controller === 'freezer' ? this.#directories[0] : undefined)
      if (directory === undefined) continue
      for (const name of names) {
        const text = await this.#read(`${directory}/${name}`)
        if (text !== '') texts.set(name, text)
      }
    }
    return texts
  }

  /** Empty where there is nothing to read. */
  async #read(path: string): Promise<string> {
    try {
      return new TextDecoder().decode(await this.#ports.disk.readFile(path))
    } catch {
      return ''
    }
  }

  #write(path: string, text: string): Promise<void> {
    return this.#ports.disk.addTo(path, new TextEncoder().encode(text))
  }

  async #until(isSo: () => Promise<boolean>): Promise<boolean> {
    for (let pauses = 0; pauses < MOST_PAUSES; pauses++) {
      if (await isSo()) return true
      await new Promise<void>((resolve) => void this.#ports.clock.setTimer(PAUSE_MS, resolve))
    }
    return false
  }
}
