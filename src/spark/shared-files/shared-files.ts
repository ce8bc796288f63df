import type { Broadcast } from '../broadcast/index.ts'
import { checkPath, invalidArgument } from '../errors.ts'
import type { DriverFiles, FileSystem } from '../files/index.ts'
import type { Log } from '../../platform/index.ts'
import { SHARED_FILES_PROPERTY, type SharedFile, type SharedPart } from './manifest.ts'

/** Bytes of a file that are read, and broadcast, at a time. */
const PIECE_BYTES = 32 << 20

/** What {@link SharedFiles} work with. */
export interface SharedFilesProps {
  readonly files: DriverFiles
  /** Broadcasts bytes, as long as somebody refers to the answer. */
  readonly storage: { share(bytes: Uint8Array): Broadcast<Uint8Array> }
  readonly log: Log
}

/** The files that an application's driver has added. */
export class SharedFiles {
  readonly #props: SharedFilesProps
  /** name → path as it was given */
  readonly #added = new Map<string, { readonly path: string; readonly isArchive: boolean }>()
  readonly #manifest: SharedFile[] = []
  /** Referred to, so that they stay. */
  readonly #broadcasts: Broadcast<Uint8Array>[] = []
  #properties: Readonly<Record<string, string>> = {}

  constructor(props: SharedFilesProps) {
    this.#props = props
  }

  /** What tasks take along. */
  get properties(): Readonly<Record<string, string>> {
    return this.#properties
  }

  /** The paths of files, or of archives, as they were given. */
  list(ofArchives: boolean): readonly string[] {
    const found = [...this.#added.values()].filter(({ isArchive }) => isArchive === ofArchives)
    return found.map(({ path }) => path)
  }

  /** @throws TROUPE_SPARK_ARGUMENT_INVALID; TROUPE_PLATFORM_FILE_UNREADABLE */
  async addFile(path: string, isRecursive: boolean): Promise<void> {
    checkPath('addFile', path)
    const target = this.#props.files.absolute(path)
    const name = lastOf(target)
    await this.#add(name, path, undefined, async (system) => {
      const found = await system.stat(target)
      if (found?.isDirectory !== true) return [await this.#part(system, target, '')]
      if (isRecursive) return this.#tree(system, target, '')
      throw invalidArgument('addFile', path, 'a file, or a directory with { recursive: true }')
    })
  }

  /**
   * An archive is called as its file is, or as what stands behind `#`.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID; TROUPE_PLATFORM_FILE_UNREADABLE
   */
  async addArchive(path: string): Promise<void> {
    checkPath('addArchive', path)
    const [, file = path, alias] = /^(.*?)(?:#([^#/]+))?$/s.exec(path) ?? []
    const target = this.#props.files.absolute(file)
    const archive = lastOf(target)
    if (!/\.(zip|jar|tar|tar\.gz|tgz)$/i.test(archive)) {
      throw invalidArgument('addArchive', path, 'a .zip, .jar, .tar, .tar.gz or .tgz')
    }
    await this.#add(alias ?? archive, path, archive, async (system) => [
      await this.#part(system, target, ''),
    ])
  }

  async #add(
    name: string,
    path: string,
    archive: string | undefined,
    read: (system: FileSystem) => Promise<readonly SharedPart[]>,
  ): Promise<void> {
    if (name === '' || name === '..') throw invalidArgument('addFile', path, 'a path with a name')
    if (this.#added.has(name)) {
      const why = `The path ${path} is not added: ${name} has been added already, and is not overwritten`
      this.#props.log.write('warn', why)
      return
    }
    this.#added.set(name, { path, isArchive: archive !== undefined })
    try {
      const [file = path] = archive === undefined ? [path] : path.split('#')
      const { files } = this.#props
      const parts = await read(files.at(files.absolute(file)))
      this.#manifest.push({ name, archive, parts })
    } catch (error) {
      this.#added.delete(name)
      throw error
    }
    const list = this.#share(new TextEncoder().encode(JSON.stringify(this.#manifest)))
    this.#properties = { [SHARED_FILES_PROPERTY]: JSON.stringify(list.meta) }
  }

  async #tree(system: FileSystem, directory: string, below: string): Promise<SharedPart[]> {
    const parts: SharedPart[] = []
    for (const { path, isDirectory } of await system.list(directory)) {
      const inner = below === '' ? lastOf(path) : `${below}/${lastOf(path)}`
      if (isDirectory) parts.push(...(await this.#tree(system, path, inner)))
      else parts.push(await this.#part(system, path, inner))
    }
    return parts
  }

  async #part(system: FileSystem, target: string, path: string): Promise<SharedPart> {
    const file = await system.open(target)
    try {
      const pieces = []
      for (let at = 0; ;) {
        const bytes = await file.read(at, PIECE_BYTES)
        if (bytes.length === 0) break
        pieces.push(this.#share(new Uint8Array(bytes)).meta)
        at += bytes.length
      }
      return { path, pieces }
    } finally {
      await file.close()
    }
  }

  #share(bytes: Uint8Array): Broadcast<Uint8Array> {
    const broadcast = this.#props.storage.share(bytes)
    this.#broadcasts.push(broadcast)
    return broadcast
  }
}

function lastOf(path: string): string {
  return path.split('/').findLast((step) => step !== '') ?? ''
}
