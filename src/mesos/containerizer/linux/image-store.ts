import type { Environment, ProcessCommand } from '../../../platform/index.ts'
import { MesosError } from '../../errors.ts'
import { unsupported } from '../volumes.ts'
import { imageConfig, commandOfImage, type UnpackedImage } from './image.ts'

const WHITEOUT = '.wh.'
const OPAQUE = '.wh..wh..opq'
/** Of a directory of the registry that is a root file system itself, nothing more is known. */
const NO_CONFIG = imageConfig(undefined)

type Ports = Pick<Environment, 'disk' | 'processes'>

/** Where images come from, and where they are unpacked. */
export interface ImageStoreSettings {
  /** A directory with `<name>.tar` as `docker save` writes it, or `<name>/` as a root file system (`--docker_registry`). */
  readonly registry: string | undefined
  /** An absolute path (`--docker_store_dir`). */
  readonly directory: string
}

/** Images, each unpacked once, layer by layer. */
export class ImageStore {
  readonly #ports: Ports
  readonly #settings: ImageStoreSettings
  /** Those that are being unpacked. */
  readonly #unpacking = new Map<string, Promise<void>>()

  constructor(ports: Ports, settings: ImageStoreSettings) {
    this.#ports = ports
    this.#settings = settings
  }

  /** @throws TROUPE_MESOS_IMAGE_UNUSABLE, TROUPE_MESOS_CONTAINER_UNSUPPORTED */
  async image(name: string): Promise<UnpackedImage> {
    const { registry, directory } = this.#settings
    const { disk } = this.#ports
    if (registry === undefined) {
      throw unsupported(`The image ${name} can't be had: images come from --docker_registry`)
    }
    if (name.split('/').includes('..')) throw unusable(name, 'its name leads out of the registry')
    const archive = `${registry}/${name}.tar`
    const found = await disk.describe(archive)
    if (found === undefined) {
      const plain = await disk.stat(`${registry}/${name}`)
      if (plain?.isDirectory !== true) {
        throw unusable(name, `there is neither ${archive} nor the directory ${registry}/${name}`)
      }
      return { base: registry, layers: [name], config: NO_CONFIG, commandOf: (own) => own }
    }
    // Another archive under the name is another image.
    const version = `${found.sizeBytes}-${Math.round(found.modifiedUnixMs)}`
    const base = `${directory}/${encodeURIComponent(name)}-${version}`
    if ((await disk.stat(base)) === undefined) {
      const unpacking = this.#unpacking.get(base) ?? this.#unpack(name, archive, base)
      this.#unpacking.set(base, unpacking)
      await unpacking.finally(() => this.#unpacking.delete(base))
    }
    const { layers, config } = parsed(name, await disk.readFile(`${base}/image.json`)) as {
      layers: readonly string[]
      config: unknown
    }
    const own = imageConfig(config)
    return { base, layers, config: own, commandOf: (command) => commandOfImage(own, command) }
  }

  /** Whole or not at all: it gets its name when all is there. */
  async #unpack(name: string, archive: string, base: string): Promise<void> {
    const { disk } = this.#ports
    const aside = `${base}.unpacking`
    await disk.remove(aside)
    const whole = `${aside}/archive`
    await disk.makeDirectory(whole)
    try {
      await this.#run(name, ['tar', '-xf', archive, '-C', whole])
      const [manifest] = parsed(name, await disk.readFile(`${whole}/manifest.json`)) as [
        { readonly Config: string; readonly Layers: readonly string[] } | undefined,
      ]
      if (manifest === undefined) throw unusable(name, 'its manifest.json names no image')
      const config = parsed(name, await disk.readFile(`${whole}/${within(name, manifest.Config)}`))
      const layers = manifest.Layers.map((_, i) => String(i))
      for (const [i, layer] of manifest.Layers.entries()) {
        await this.#unpackLayer(name, `${whole}/${within(name, layer)}`, aside, i)
      }
      const text = JSON.stringify({ layers, config })
      await disk.writeFile(`${aside}/image.json`, new TextEncoder().encode(text))
      await disk.remove(whole)
      await disk.rename(aside, base)
    } catch (error) {
      await disk.remove(aside)
      throw error instanceof MesosError
        ? error
        : unusable(name, error instanceof Error ? error.message : String(error), error)
    }
  }

  /**
   * Each layer has a directory of its own, so that links in one lead nowhere while the next is unpacked. What it takes away of those below
   * is said as an overlay reads it: by devices 0,0.
   */
  async #unpackLayer(name: string, archive: string, base: string, layer: number): Promise<void> {
    const { disk } = this.#ports
    const directory = `${base}/${layer}`
    const list = `${base}/list`
    await disk.makeDirectory(directory)
    await this.#run(name, ['tar', '-tf', archive], list)
    await this.#run(name, [
      'tar',
      '-xf',
      archive,
      '-C',
      directory,
      '--numeric-owner',
      '--exclude=.wh.*',
    ])
    const entries = new TextDecoder().decode(await disk.readFile(list)).split('\n')
    await disk.remove(list)
    for (const entry of entries.filter((one) => one.includes(WHITEOUT))) {
      const path = within(name, entry.replace(/^\.\//, '').replace(/\/$/, ''))
      const at = path.lastIndexOf('/') + 1
      const parent = path.slice(0, at)
      const last = path.slice(at)
      if (last === OPAQUE) await this.#hideAll(name, base, layer, parent)
      else if (last.startsWith(WHITEOUT)) {
        await this.#hide(name, directory, `${parent}${last.slice(WHITEOUT.length)}`)
      }
    }
  }

  /** Nothing of the layers below is seen in a directory. */
  async #hideAll(name: string, base: string, layer: number, parent: string): Promise<void> {
    const { disk } = this.#ports
    for (let below = 0; below < layer; below++) {
      const path = `${base}/${below}/${parent}`.replace(/\/$/, '')
      if (
        (await disk.realPath(path)) !==
        (await disk.realPath(`${base}/${below}`)) + path.slice(`${base}/${below}`.length)
      )
        continue
      for (const entry of await disk.list(path).catch(() => [])) {
        const hidden = `${parent}${entry.path.slice(path.length + 1)}`
        if ((await disk.stat(`${base}/${layer}/${hidden}`)) === undefined) {
          await this.#hide(name, `${base}/${layer}`, hidden)
        }
      }
    }
  }

  async #hide(name: string, directory: string, path: string): Promise<void> {
    const { disk } = this.#ports
    const parent = `${directory}/${path}`.slice(0, -(path.length - path.lastIndexOf('/')))
    await disk.makeDirectory(parent)
    if (
      (await disk.realPath(parent))?.startsWith((await disk.realPath(directory)) ?? '') !== true
    ) {
      throw unusable(name, `${path} leads out of its layer`)
    }
    await this.#run(name, ['mknod', `${directory}/${path}`, 'c', '0', '0'])
  }

  async #run(
    name: string,
    [command, ...args]: readonly [string, ...string[]],
    stdout?: string,
  ): Promise<void> {
    const process: ProcessCommand = { command, args, ...(stdout !== undefined && { stdout }) }
    const { exited } = await this.#ports.processes.start(process)
    const { code, signal } = await exited
    if (code !== 0) throw unusable(name, `${command} ended with ${signal ?? code ?? ''}`)
  }
}

function within(name: string, path: string): string {
  if (!path.startsWith('/') && !path.split('/').includes('..')) return path
  throw unusable(name, `${path} leads out of it`)
}

function parsed(name: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (cause) {
    throw unusable(name, 'it is not what docker save writes', cause)
  }
}

function unusable(name: string, why: string, cause?: unknown): MesosError {
  return new MesosError('TROUPE_MESOS_IMAGE_UNUSABLE', `The image ${name} can't be used: ${why}`, {
    data: { image: name, why },
    cause,
  })
}
