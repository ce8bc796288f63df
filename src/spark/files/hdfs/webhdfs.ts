import {
  bodyOf,
  connectFailed,
  isTroupeError,
  type TroupeError,
  type Address,
  type Http,
  type HttpRequest,
} from '../../../platform/index.ts'

/** A whole answer. */
interface Answer {
  readonly status: number
  readonly location: string | undefined
  readonly body: Uint8Array
}

/** What a request asks for. */
export interface WebHdfsRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE'
  /** Not escaped. */
  readonly path: string
  readonly op: string
  readonly parameters?: Readonly<Record<string, string | number | boolean>>
  /** Goes to the datanode that the namenode names. */
  readonly body?: Uint8Array
}

/** What a server answered in place of what was asked for. */
export class Refusal {
  /** `FileNotFoundException`, `AccessControlException` …; or the status, where it does not say. */
  readonly exception: string
  readonly reason: string

  constructor(exception: string, reason: string) {
    this.exception = exception
    this.reason = reason
  }
}

/** For the head of an answer: a namenode that starts or collects garbage is slow. */
const TIMEOUT_MS = 60_000
/** Datanodes that are asked for the same bytes, at most. */
const MAX_DATANODES = 3
const REDIRECTS = 2
const NOTHING = new Uint8Array(0)
const HTTP_PORT = 80

/** Namenodes that are not the active one, or not yet. */
const ELSEWHERE = ['StandbyException', 'RetriableException']

/**
 * The requests of WebHDFS. Of several namenodes the next is asked when one can't be reached or is not the active one, each once a
 * request; nothing else is tried again but bytes that a datanode doesn't give, which others have.
 *
 * @see https://hadoop.apache.org/docs/stable/hadoop-project-dist/hadoop-hdfs/WebHDFS.html
 */
export class WebHdfs {
  readonly #http: Http
  readonly #namenodes: readonly string[]
  readonly #userName: string | undefined
  #active = 0

  /** @param namenodes at least one */
  constructor(http: Http, namenodes: readonly string[], userName: string | undefined) {
    this.#http = http
    this.#namenodes = namenodes
    this.#userName = userName
  }

  /** The object that is answered, or why there is none. @throws TROUPE_PLATFORM_CONNECT_FAILED, TROUPE_PLATFORM_CONNECTION_LOST */
  async ask(request: WebHdfsRequest): Promise<object | Refusal> {
    const answer = await this.#send(request)
    if (answer instanceof Refusal) return answer
    if (answer.body.length === 0) return {}
    return parsed(answer.body) ?? new Refusal('answer', 'what was answered is no JSON')
  }

  /** Bytes of a file: of another datanode, when one does not give them. */
  async read(path: string, offset: number, length: number): Promise<Uint8Array | Refusal> {
    const without: string[] = []
    let failure: { readonly error: unknown } | undefined
    for (;;) {
      const excluded = without.length === 0 ? {} : { excludedatanodes: without.join(',') }
      const request: WebHdfsRequest = {
        method: 'GET',
        path,
        op: 'OPEN',
        parameters: { offset, length, ...excluded },
      }
      let datanode: string | undefined
      try {
        const answer = await this.#send(request, (address) => (datanode = address))
        // What the first said is what to look into, not that there are no others.
        if (answer instanceof Refusal && failure !== undefined) throw failure.error
        return answer instanceof Refusal ? answer : answer.body
      } catch (error) {
        if (datanode === undefined || !isOfConnection(error)) throw error
        failure = { error }
        without.push(datanode)
        if (without.length === MAX_DATANODES || without.indexOf(datanode) < without.length - 1) {
          throw error
        }
      }
    }
  }

  /** Asks the active namenode, and follows it to a datanode, of which `onDatanode` is told. */
  async #send(
    request: WebHdfsRequest,
    onDatanode: (address: string) => void = () => {},
  ): Promise<Answer | Refusal> {
    const { method, body = NOTHING } = request
    const first = await this.#ofNamenode(request)
    let answer = first
    for (let i = 0; i < REDIRECTS && answer.location !== undefined; i += 1) {
      const url = new URL(answer.location)
      onDatanode(`${url.hostname}:${url.port}`)
      answer = await this.#exchange(
        { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || HTTP_PORT) },
        { method, target: url.pathname + url.search, headers: headersOf(body), body },
        url.protocol === 'https:',
      )
    }
    const refusal = refusalOf(answer)
    if (refusal === undefined && answer === first && request.body !== undefined) {
      return new Refusal('answer', 'it named no datanode for the bytes')
    }
    return refusal ?? answer
  }

  async #ofNamenode(request: WebHdfsRequest): Promise<Answer> {
    const count = this.#namenodes.length
    const plain = {
      method: request.method,
      target: this.#target(request),
      headers: {},
      body: NOTHING,
    }
    for (let tried = 1; ; tried += 1) {
      const namenode = this.#namenodes[this.#active] as string
      const isLast = tried >= count
      try {
        const answer = await this.#exchange(addressOf(namenode), plain, false)
        const refusal = refusalOf(answer)
        if (isLast || refusal === undefined || !ELSEWHERE.includes(refusal.exception)) return answer
      } catch (error) {
        // What was sent may have been done; only a read may be asked for again.
        const mayAskAgain =
          isTroupeError(error, 'TROUPE_PLATFORM_CONNECT_FAILED') || request.method === 'GET'
        if (isLast || !mayAskAgain) throw error
      }
      this.#active = (this.#active + 1) % count
    }
  }

  #target({ path, op, parameters = {} }: WebHdfsRequest): string {
    const escaped = path.split('/').map(encodeURIComponent).join('/')
    const query = new URLSearchParams({ op })
    if (this.#userName !== undefined) query.set('user.name', this.#userName)
    for (const [name, value] of Object.entries(parameters)) query.set(name, String(value))
    return `/webhdfs/v1${escaped}?${query.toString()}`
  }

  async #exchange(address: Address, request: HttpRequest, isSecure: boolean): Promise<Answer> {
    const options = { timeoutMs: TIMEOUT_MS, isSecure }
    const response = await this.#http.request(address, request, options)
    const { status, headers } = response
    const isRedirect = status >= 300 && status < 400
    const { location } = headers
    return { status, location: isRedirect ? location : undefined, body: await bodyOf(response) }
  }
}

/** Whether a datanode could not be reached, or broke off. */
/** Whether a server could not be reached, or was lost. */
export function isOfConnection(error: unknown): error is TroupeError {
  return (
    isTroupeError(error, 'TROUPE_PLATFORM_CONNECT_FAILED') ||
    isTroupeError(error, 'TROUPE_PLATFORM_CONNECTION_LOST')
  )
}

function refusalOf({ status, location, body }: Answer): Refusal | undefined {
  if (status < 300 || location !== undefined) return undefined
  const remote = (
    parsed(body) as {
      readonly RemoteException?: { readonly exception?: unknown; readonly message?: unknown }
    } | null
  )?.RemoteException
  const { exception, message } = remote ?? {}
  if (typeof exception !== 'string') return new Refusal(`HTTP ${status}`, `HTTP ${status}`)
  const [said = ''] = (typeof message === 'string' ? message : '').split('\n')
  return new Refusal(exception, said === '' ? exception : `${exception}: ${said}`)
}

function parsed(body: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function headersOf(body: Uint8Array): Readonly<Record<string, string>> {
  return body.length === 0 ? {} : { 'content-type': 'application/octet-stream' }
}

/** @throws TROUPE_PLATFORM_CONNECT_FAILED for what is no address */
function addressOf(text: string): Address {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d+)$/.exec(text) ?? []
  const host = bracketed ?? plain
  if (host !== undefined) return { host, port: Number(port) }
  throw connectFailed({ host: text, port: 0 }, 'it is no address; give host:port')
}
