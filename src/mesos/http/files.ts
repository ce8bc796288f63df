import type { Clock, Disk, HttpExchange, HttpReply } from '../../platform/index.ts'
import {
  listFiles,
  openFile,
  readPart,
  type FileRoots,
  type FilesProblem,
  type ShownFile,
} from '../files/index.ts'
import { jsonReply, textReply } from './answers.ts'
import { withCallback } from './jsonp.ts'

/** What a node shows, and by what it is read. */
export interface ShownFiles {
  readonly disk: Disk
  readonly clock: Pick<Clock, 'setTimer'>
  readonly roots: FileRoots
  /** What `/files/debug` tells: path → where it leads. */
  readonly attached: Readonly<Record<string, string>>
}

const NO_PATH = textReply(400, "Expecting 'path=value' in query.\n")
const OF_PROBLEM: Readonly<Record<FilesProblem['problem'], number>> = {
  forbidden: 403,
  invalid: 400,
  'not-found': 404,
  unknown: 500,
}

/** The name of an endpoint of files, such as `browse`; undefined for any other path. */
export function filesEndpoint(target: string): string | undefined {
  const [path = ''] = target.split('?', 1)
  return /^\/files\/(browse|read|download|debug)(?:\.json)?$/.exec(path)?.[1]
}

/** Answers `/files/browse`, `read`, `download`, `debug`. Resolves when the answer is on its way. */
export async function answerFiles(
  files: ShownFiles,
  endpoint: string,
  exchange: HttpExchange,
): Promise<void> {
  const [, search = ''] = exchange.request.target.split('?', 2)
  const query = new URLSearchParams(search)
  try {
    if (endpoint === 'debug') exchange.reply(withCallback(jsonReply(files.attached), query))
    else if (endpoint === 'download') await download(files, query, exchange)
    else exchange.reply(await (endpoint === 'read' ? read(files, query) : browse(files, query)))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    exchange.reply(textReply(500, why))
  }
}

async function browse({ disk, roots }: ShownFiles, query: URLSearchParams): Promise<HttpReply> {
  const path = query.get('path') ?? ''
  if (path === '') return NO_PATH
  const listed = await listFiles(disk, roots, path)
  if ('problem' in listed) return problemReply(listed)
  return withCallback(jsonReply(listed.map(fileJson)), query)
}

async function read({ disk, roots }: ShownFiles, query: URLSearchParams): Promise<HttpReply> {
  const path = query.get('path') ?? ''
  if (path === '') return NO_PATH
  const offset = numberOf(query, 'offset')
  if (typeof offset === 'string') return textReply(400, offset)
  const length = numberOf(query, 'length')
  if (typeof length === 'string') return textReply(400, length)
  const opened = await openFile(disk, roots, path, 'read')
  if ('problem' in opened) return problemReply(opened)
  const { file } = opened
  try {
    // Without an offset it is the size that is asked for.
    const from = offset === -1 ? file.sizeBytes : offset
    const bytes = await readPart(file, from, length === -1 ? undefined : length)
    return withCallback(partReply(bytes, from), query)
  } finally {
    await file.close()
  }
}

/**
 * Bytes stand in the JSON as they are, as those of Mesos do: a part may begin or end inside of a character, and whoever joins
 * the parts counts in bytes.
 */
function partReply(bytes: Uint8Array, offset: number): HttpReply {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify({ data, offset }), 'latin1'),
  }
}

/** A whole number of the query, -1 if it is not there; or why it is none. */
function numberOf(query: URLSearchParams, name: string): number | string {
  const text = query.get(name) ?? '-1'
  const value = Number(text)
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    return `Failed to parse ${name}: Failed to convert '${text}' to number.\n`
  }
  const big = name === 'offset' ? 'offset' : 'length'
  return value < -1 ? `Negative ${big} provided: ${value}.\n` : value
}

const PIECE_BYTES = 256 * 1024
/** Bytes that may wait for the client. */
const MOST_UNREAD_BYTES = 4 * PIECE_BYTES
const LOOK_MS = 20

async function download(
  { disk, clock, roots }: ShownFiles,
  query: URLSearchParams,
  exchange: HttpExchange,
): Promise<void> {
  const path = query.get('path') ?? ''
  if (path === '') {
    exchange.reply(NO_PATH)
    return
  }
  const opened = await openFile(disk, roots, path, 'download')
  if ('problem' in opened) {
    const isGone = opened.problem === 'not-found'
    exchange.reply(isGone ? textReply(404, '404 Not Found.') : problemReply(opened))
    return
  }
  const { file } = opened
  const name = opened.path.slice(opened.path.lastIndexOf('/') + 1)
  const headers = {
    'content-type': typeOf(name),
    'content-disposition': `attachment; filename=${headerText(name)}`,
  }
  try {
    const first = await file.read(0, PIECE_BYTES)
    if (first.byteLength >= file.sizeBytes) {
      exchange.reply({ status: 200, headers, body: first })
      return
    }
    const stream = exchange.stream({ status: 200, headers })
    let isClosed = false
    stream.onClosed(() => (isClosed = true))
    stream.write(first)
    try {
      for (let at = first.byteLength; !isClosed;) {
        if (stream.queuedBytes > MOST_UNREAD_BYTES) {
          await new Promise<void>((resolve) => void clock.setTimer(LOOK_MS, resolve))
          continue
        }
        const piece = await file.read(at, PIECE_BYTES)
        if (piece.byteLength === 0) break
        at += piece.byteLength
        stream.write(piece)
      }
      stream.end()
    } catch (error) {
      // What has gone out is not the whole: the client is to see that.
      stream.destroy()
      throw error
    }
  } finally {
    await file.close()
  }
}

/** Why a file is not shown. */
export function problemReply({ problem, message }: FilesProblem): HttpReply {
  const reply = textReply(OF_PROBLEM[problem], message)
  return { ...reply, headers: { 'content-type': 'text/plain; charset=utf-8' } }
}

function fileJson(file: ShownFile): Readonly<Record<string, string | number>> {
  return {
    gid: file.group,
    mode: `${file.isDirectory ? 'd' : '-'}${permissions(file.mode)}`,
    mtime: Math.floor(file.modifiedUnixMs / 1000),
    nlink: file.links,
    path: file.path,
    size: file.sizeBytes,
    uid: file.user,
  }
}

/** `0o754` → `rwxr-xr--`. */
function permissions(mode: number): string {
  return [6, 3, 0]
    .map((shift) => {
      const bits = (mode >> shift) & 7
      return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${bits & 1 ? 'x' : '-'}`
    })
    .join('')
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  csv: 'text/csv',
  gif: 'image/gif',
  gz: 'application/x-gzip',
  htm: 'text/html',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'application/javascript',
  json: 'application/json',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  tar: 'application/x-tar',
  txt: 'text/plain',
  xml: 'text/xml',
  zip: 'application/zip',
}

function typeOf(name: string): string {
  const [, end = ''] = /\.([^.]+)$/.exec(name) ?? []
  return TYPES[end] ?? 'application/octet-stream'
}

/** What can't stand in a header is left out. */
function headerText(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?')
}
