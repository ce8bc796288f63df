import { formatAddress } from '../../actors/index.ts'
import type { Address, Disk, Environment, HttpResponse } from '../../platform/index.ts'
import { MesosError } from '../errors.ts'

/** What a download needs of the world, and its bounds. */
export interface Downloading {
  readonly environment: Pick<Environment, 'clock' | 'disk' | 'http'>
  /** How long the server may send nothing. */
  readonly stallTimeoutMs: number
  /** Ends it. */
  readonly signal: AbortSignal
}

/** As many times a server may send on to another place. */
const MOST_REDIRECTS = 20
/** Bytes that may wait for the disk before the server is held back. */
const MOST_UNWRITTEN = 4 * 1024 * 1024

const OK = 200
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/**
 * Has what `url` names in the file `to`, and tells how many bytes that is. Redirects are followed.
 * @throws TROUPE_MESOS_FETCH_FAILED with why, in the words of Mesos
 */
export async function download(
  parts: Downloading,
  url: string,
  to: string,
  mode?: number,
): Promise<number> {
  const response = await request(parts, url, 'GET')
  if (response.status !== OK) {
    response.handle({ data: () => undefined, closed: () => undefined })
    response.destroy()
    throw failed(`received HTTP return code ${response.status}`, ', ')
  }
  return take(parts, response, to, mode)
}

/**
 * How many bytes the server says that `url` has.
 * @throws TROUPE_MESOS_FETCH_FAILED, also when it does not say
 */
export async function contentLength(parts: Downloading, url: string): Promise<number> {
  const response = await request(parts, url, 'HEAD')
  response.handle({ data: () => undefined, closed: () => undefined })
  response.destroy()
  const length = Number(response.headers['content-length'])
  if (response.status !== OK) throw failed(`received HTTP return code ${response.status}`, ', ')
  if (!Number.isSafeInteger(length) || length < 0) {
    throw failed(`URI reported no content-length: ${url}`)
  }
  return length
}

async function request(
  { environment, stallTimeoutMs, signal }: Downloading,
  first: string,
  method: 'GET' | 'HEAD',
): Promise<HttpResponse> {
  let url = urlOf(first)
  const credentials = credentialsOf(url)
  const origin = url.host
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    if (signal.aborted) throw failed('the container is not wanted any more')
    const isSecure = url.protocol === 'https:'
    const address: Address = {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port === '' ? (isSecure ? 443 : 80) : Number(url.port),
    }
    const headers = {
      host: url.host,
      accept: '*/*',
      // Whom it is sent on to has no right to know.
      ...(credentials !== undefined && url.host === origin && { authorization: credentials }),
    }
    const response = await environment.http
      .request(
        address,
        { method, target: `${url.pathname}${url.search}`, headers, body: new Uint8Array(0) },
        { timeoutMs: stallTimeoutMs, isSecure },
      )
      .catch((cause: unknown) => {
        const why = cause instanceof Error ? cause.message : String(cause)
        throw failed(why === '' ? formatAddress(address) : why, ': ', cause)
      })
    const { location } = response.headers
    if (!REDIRECTS.has(response.status) || location === undefined) return response
    response.handle({ data: () => undefined, closed: () => undefined })
    response.destroy()
    url = urlOf(location, url)
  }
  throw failed(`Number of redirects hit maximum amount (${MOST_REDIRECTS})`)
}

function urlOf(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base?.href) : undefined
  if (url === undefined) throw failed(`URL using bad/illegal format: ${text}`)
  if (url.protocol === 'http:' || url.protocol === 'https:') return url
  throw failed(`Protocol "${url.protocol.slice(0, -1)}" not supported`)
}

function credentialsOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  const text = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(text).toString('base64')}`
}

/** Writes a body as it comes; nothing for `stallTimeoutMs` ends it. */
async function take(
  { environment, stallTimeoutMs, signal }: Downloading,
  response: HttpResponse,
  to: string,
  mode: number | undefined,
): Promise<number> {
  const { clock } = environment
  let bytes = 0
  let unwritten = 0
  let problem: MesosError | undefined
  // What comes before the file is open waits in the order of its promises.
  const opening = open(environment.disk, to, mode)
  let last: Promise<unknown> = opening
  const end = (error: MesosError): void => {
    problem ??= error
    response.destroy()
  }
  const stalled = (): void => {
    const seconds = Math.round(stallTimeoutMs / 1000)
    end(failed(`Operation too slow. Less than 1 bytes/sec transferred the last ${seconds} seconds`))
  }
  let stall = clock.setTimer(stallTimeoutMs, stalled)
  const abort = (): void => end(failed('the container is not wanted any more'))
  signal.addEventListener('abort', abort)
  await new Promise<void>((resolve) => {
    response.handle({
      data: (part) => {
        stall.cancel()
        stall = clock.setTimer(stallTimeoutMs, stalled)
        bytes += part.byteLength
        unwritten += part.byteLength
        if (unwritten > MOST_UNWRITTEN) response.pause()
        last = last
          .then(async () => (await opening).append(part))
          .then(() => {
            unwritten -= part.byteLength
            if (unwritten <= MOST_UNWRITTEN / 2) response.resume()
          })
          .catch((cause: unknown) => end(unwritable(cause)))
      },
      closed: (error) => {
        if (error !== undefined) problem ??= failed(error.message, ': ', error)
        resolve()
      },
    })
    if (signal.aborted) abort()
  })
  stall.cancel()
  signal.removeEventListener('abort', abort)
  try {
    await last
    await (await opening).close()
  } catch (cause) {
    problem ??= unwritable(cause)
  }
  if (problem !== undefined) throw problem
  return bytes
}

async function open(disk: Disk, to: string, mode: number | undefined): ReturnType<Disk['create']> {
  // A link or a file of another mode there is not written through.
  await disk.remove(to)
  return disk.create(to, mode === undefined ? {} : { mode })
}

function unwritable(cause: unknown): MesosError {
  return failed(cause instanceof Error ? cause.message : String(cause), ': ', cause)
}

function failed(why: string, link: ': ' | ', ' = ': ', cause?: unknown): MesosError {
  return new MesosError('TROUPE_MESOS_FETCH_FAILED', `Error downloading resource${link}${why}`, {
    cause,
  })
}
