import type { HttpExchange, HttpReply, MemoryWorld } from '../../../src/platform/index.ts'

/** What a server of a simulated HDFS may do in place of its work. */
export type Trouble =
  | 'none'
  /** A namenode: another one is active. */
  | 'standby'
  /** A datanode: breaks off after half of what it was asked for, as if that were all. */
  | 'halves'

/** A namenode and datanodes that keep files in memory, on nodes of a world. */
export interface WebHdfsServer {
  readonly files: Map<string, Uint8Array>
  readonly directories: Set<string>
  /** host → what is wrong with it; `down` refuses connections */
  readonly trouble: Map<string, Trouble | 'down'>
  /** `op path` of each request to a namenode, `op path @host` of each to a datanode. */
  readonly asked: string[]
}

const BLOCK_BYTES = 1000
const PORT = 9870
const REPLICAS = ['data-1', 'data-2']

/** Starts it: namenodes at port 9870 of their hosts, datanodes `data-1` and `data-2`. */
export async function startWebHdfs(
  world: MemoryWorld,
  namenodes: readonly string[] = ['names'],
): Promise<WebHdfsServer> {
  const server: WebHdfsServer = {
    files: new Map(),
    directories: new Set(['/']),
    trouble: new Map(),
    asked: [],
  }
  for (const host of [...namenodes, ...REPLICAS]) {
    const { http } = world.environment(host)
    await http.listen({ host, port: PORT }, (exchange) => {
      if (REPLICAS.includes(host)) ofDatanode(server, host, exchange)
      else exchange.reply(ofNamenode(server, host, exchange))
    })
  }
  return server
}

const json = (status: number, value: object): HttpReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: new TextEncoder().encode(JSON.stringify(value)),
})

const refused = (status: number, exception: string, message: string): HttpReply =>
  json(status, { RemoteException: { exception, javaClassName: `x.${exception}`, message } })

function ofNamenode(server: WebHdfsServer, host: string, exchange: HttpExchange): HttpReply {
  const { url, path, op } = parts(exchange)
  server.asked.push(
    `${op} ${path}${url.searchParams.get('user.name') === 'ada' ? '' : ' by nobody'}`,
  )
  const { files, directories } = server
  if (server.trouble.get(host) === 'standby') {
    return refused(
      403,
      'StandbyException',
      'Operation category READ is not supported in state standby',
    )
  }
  const status = (at: string): object | undefined => {
    const bytes = files.get(at)
    if (bytes !== undefined) return { type: 'FILE', length: bytes.length, blockSize: BLOCK_BYTES }
    return directories.has(at) ? { type: 'DIRECTORY', length: 0, blockSize: 0 } : undefined
  }
  if (path.startsWith('/secret')) {
    return refused(
      403,
      'AccessControlException',
      `Permission denied: user=ada, path="${path}"\n\tat x`,
    )
  }
  switch (op) {
    case 'GETFILESTATUS': {
      const found = status(path)
      if (found === undefined) return notThere(path)
      return json(200, { FileStatus: { pathSuffix: '', ...found } })
    }
    case 'LISTSTATUS': {
      const base = path === '/' ? '/' : `${path}/`
      const names = [...files.keys(), ...directories]
        .filter(
          (one) => one.startsWith(base) && one !== base && !one.slice(base.length).includes('/'),
        )
        .map((one) => ({ pathSuffix: one.slice(base.length), ...status(one) }))
      return json(200, { FileStatuses: { FileStatus: names } })
    }
    case 'GETFILEBLOCKLOCATIONS':
      return json(200, {
        BlockLocations: { BlockLocation: blocksOf(files.get(path)?.length ?? 0) },
      })
    case 'MKDIRS':
      for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) directories.add(at)
      return json(200, { boolean: true })
    case 'RENAME':
      return json(200, { boolean: rename(server, path, url.searchParams.get('destination') ?? '') })
    case 'DELETE':
      for (const one of [...files.keys(), ...directories]) {
        if (one !== path && !one.startsWith(`${path}/`)) continue
        files.delete(one)
        directories.delete(one)
      }
      return json(200, { boolean: true })
    case 'OPEN':
      return files.has(path) ? redirect(url, server) : notThere(path)
    default:
      return redirect(url, server)
  }
}

function ofDatanode(server: WebHdfsServer, host: string, exchange: HttpExchange): void {
  const { url, path, op } = parts(exchange)
  server.asked.push(`${op} ${path} @${host}`)
  const { files } = server
  const old = files.get(path) ?? new Uint8Array(0)
  if (op === 'OPEN') {
    const offset = Number(url.searchParams.get('offset'))
    const bytes = old.subarray(offset, offset + Number(url.searchParams.get('length')))
    const isHalf = server.trouble.get(host) === 'halves'
    exchange.reply({ status: 200, body: isHalf ? bytes.slice(0, bytes.length / 2) : bytes.slice() })
    return
  }
  const { body } = exchange.request
  files.set(path, op === 'APPEND' ? Buffer.concat([old, body]) : body.slice())
  exchange.reply({ status: op === 'APPEND' ? 200 : 201 })
}

/** To the first datanode that is not excluded; one that is down is named as well: a namenode hears of it late. */
function redirect(url: URL, server: WebHdfsServer): HttpReply {
  const excluded = (url.searchParams.get('excludedatanodes') ?? '').split(',')
  const host = REPLICAS.find((one) => !excluded.some((other) => other.startsWith(`${one}:`)))
  if (host === undefined) return refused(403, 'IOException', 'No active nodes contain this block')
  const port = server.trouble.get(host) === 'down' ? 1 : PORT
  const location = `http://${host}:${port}${url.pathname}${url.search}`
  return { status: 307, headers: { location }, body: new Uint8Array(0) }
}

function rename({ files, directories }: WebHdfsServer, from: string, to: string): boolean {
  if (
    files.has(to) ||
    directories.has(to) ||
    !directories.has(to.slice(0, to.lastIndexOf('/')) || '/')
  ) {
    return false
  }
  const bytes = files.get(from)
  if (bytes === undefined) return false
  files.set(to, bytes)
  return files.delete(from)
}

function blocksOf(length: number): readonly object[] {
  return Array.from({ length: Math.ceil(length / BLOCK_BYTES) }, (_, i) => ({
    offset: i * BLOCK_BYTES,
    length: Math.min(BLOCK_BYTES, length - i * BLOCK_BYTES),
    hosts: [`host-${i % 3}`],
    names: [`10.0.0.${i % 3}:9866`],
  }))
}

function parts({ request }: HttpExchange): {
  readonly url: URL
  readonly path: string
  readonly op: string
} {
  const url = new URL(request.target, 'http://names')
  const path = decodeURIComponent(url.pathname.replace(/^\/webhdfs\/v1/, '')).replace(
    /(.)\/$/,
    '$1',
  )
  return { url, path, op: url.searchParams.get('op') ?? '' }
}

function notThere(path: string): HttpReply {
  return refused(404, 'FileNotFoundException', `File does not exist: ${path}`)
}
