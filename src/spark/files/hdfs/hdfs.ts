import {
  fileUnreadable,
  fileUnwritable,
  gunzipped,
  type AppendFile,
  type ByteSource,
  type Http,
  type PlatformError,
  type ReadFile,
} from '../../../platform/index.ts'
import { appendInPieces } from '../append-pieces.ts'
import { bytesOf, sourceOf } from '../byte-source.ts'
import type { FileBlock, FileSystem, StoredFile } from '../file-system.ts'
import { rangedFile } from '../ranged-file.ts'
import { parseFileUrl, type FileUrl } from '../url.ts'
import { blocksOf, filesOf, statusOf } from './answers.ts'
import { namenodesOf, type HdfsSettings } from './settings.ts'
import { Refusal, WebHdfs, isOfConnection, type WebHdfsRequest } from './webhdfs.ts'

/** What is written at a time: a file is created with the first piece, the others are appended. */
const PIECE_BYTES = 16 << 20

const NOT_THERE = 'FileNotFoundException'
const NOTHING = new Uint8Array(0)

type Asked = Omit<WebHdfsRequest, 'path'>
type Failed = (path: string, reason: string, cause?: unknown) => PlatformError

/**
 * A cluster's HDFS, by the HTTP of its namenode and datanodes (WebHDFS). A file is there, and grows, from its first piece on: an
 * output appears at one stroke when its directory is renamed.
 */
export class Hdfs implements FileSystem {
  readonly #web: WebHdfs

  /** @param url of any file of the cluster */
  constructor(http: Http, settings: HdfsSettings, url: FileUrl) {
    this.#web = new WebHdfs(http, namenodesOf(settings, url), settings.userName)
  }

  async stat(path: string): Promise<StoredFile | undefined> {
    const request = { method: 'GET', op: 'GETFILESTATUS' } as const
    const answer = await this.#answer(request, path, fileUnreadable)
    if (!(answer instanceof Refusal)) return statusOf(answer, path)
    if (answer.exception === NOT_THERE) return undefined
    throw fileUnreadable(path, answer.reason)
  }

  async list(path: string): Promise<readonly StoredFile[]> {
    const answer = await this.#ask({ method: 'GET', op: 'LISTSTATUS' }, path, fileUnreadable)
    return filesOf(answer, path)
  }

  async open(path: string, endBytes: number = Infinity): Promise<ReadFile> {
    const found = await this.stat(path)
    if (found === undefined) throw fileUnreadable(path, 'no such file')
    if (found.isDirectory) throw fileUnreadable(path, 'it is a directory')
    return rangedFile(found.sizeBytes, endBytes, (offset, length) =>
      this.#read(path, offset, length),
    )
  }

  readFile(path: string): Promise<Uint8Array> {
    return this.open(path).then(bytesOf)
  }

  async openGzip(path: string): Promise<ByteSource> {
    return gunzipped(path, sourceOf(await this.open(path)))
  }

  create(path: string): Promise<AppendFile> {
    let isThere = false
    const write = async (piece: Uint8Array): Promise<void> => {
      const request: Asked = isThere
        ? { method: 'POST', op: 'APPEND', body: piece }
        : { method: 'PUT', op: 'CREATE', parameters: { overwrite: true }, body: piece }
      await this.#ask(request, path, fileUnwritable)
      isThere = true
    }
    const end = async (): Promise<void> => {
      if (!isThere) await write(NOTHING)
    }
    return Promise.resolve(appendInPieces({ pieceBytes: PIECE_BYTES, write }, end))
  }

  async writeFile(path: string, bytes: Uint8Array): Promise<void> {
    const file = await this.create(path)
    await file.append(bytes)
    await file.close()
  }

  async makeDirectory(path: string): Promise<void> {
    const answer = await this.#ask({ method: 'PUT', op: 'MKDIRS' }, path, fileUnwritable)
    if (!isTrue(answer)) throw fileUnwritable(path, 'the directory can not be made')
  }

  async rename(from: string, to: string): Promise<void> {
    const parameters = { destination: pathOf(to) }
    const request: Asked = { method: 'PUT', op: 'RENAME', parameters }
    if (isTrue(await this.#ask(request, from, fileUnwritable))) return
    // It replaces nothing by itself.
    if ((await this.stat(to)) !== undefined && (await this.stat(from)) !== undefined) {
      await this.remove(to)
      if (isTrue(await this.#ask(request, from, fileUnwritable))) return
    }
    throw fileUnwritable(from, `it can not be renamed to ${to}`)
  }

  async remove(path: string): Promise<void> {
    const request: Asked = { method: 'DELETE', op: 'DELETE', parameters: { recursive: true } }
    await this.#ask(request, path, fileUnwritable)
  }

  readonly blocks = async (path: string, sizeBytes: number): Promise<readonly FileBlock[]> => {
    const parameters = { offset: 0, length: sizeBytes }
    // Servers of Hadoop 2 know the second word for it only. Without an answer, files lie nowhere in particular.
    for (const op of ['GETFILEBLOCKLOCATIONS', 'GET_BLOCK_LOCATIONS']) {
      const answer = await this.#answer({ method: 'GET', op, parameters }, path, fileUnreadable)
      if (!(answer instanceof Refusal)) return blocksOf(answer)
    }
    return []
  }

  async #read(path: string, offset: number, length: number): Promise<Uint8Array> {
    if (length === 0) return NOTHING
    try {
      const bytes = await this.#web.read(pathOf(path), offset, length)
      if (bytes instanceof Refusal) throw fileUnreadable(path, bytes.reason)
      return bytes
    } catch (error) {
      throw failure(error, path, fileUnreadable)
    }
  }

  /** @throws `failed` of a refusal, too */
  async #ask(request: Asked, path: string, failed: Failed): Promise<object> {
    const answer = await this.#answer(request, path, failed)
    if (answer instanceof Refusal) throw failed(path, answer.reason)
    return answer
  }

  async #answer(request: Asked, path: string, failed: Failed): Promise<object | Refusal> {
    try {
      return await this.#web.ask({ ...request, path: pathOf(path) })
    } catch (error) {
      throw failure(error, path, failed)
    }
  }
}

/** The path that requests have: what follows the host. */
function pathOf(location: string): string {
  return parseFileUrl(location)?.path ?? location
}

function isTrue(answer: object): boolean {
  return (answer as { readonly boolean?: unknown }).boolean === true
}

/** Why a file can't be had when its server can't be reached. */
function failure(error: unknown, path: string, failed: Failed): unknown {
  if (isOfConnection(error)) {
    const { host, port, reason } = error.data
    return failed(path, `${String(host)}:${String(port)} does not answer: ${String(reason)}`, error)
  }
  return error
}
