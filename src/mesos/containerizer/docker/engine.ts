import {
  bodyOf,
  type Environment,
  type HttpRequestOptions,
  type HttpResponse,
} from '../../../platform/index.ts'
import { MesosError } from '../../errors.ts'

/** Its head comes when it is through: a pull may take as long as it likes between two words. */
const ANSWER_MS = 60_000
/** What the request says of where it goes: only a name, for it goes to a socket. */
const HOST = { host: 'docker', port: 80 }

/** What an engine answered. */
interface Answer {
  readonly status: number
  readonly json: unknown
}

/** A Docker engine, by its HTTP API on a Unix socket. @see https://docs.docker.com/reference/api/engine */
export class DockerEngine {
  readonly #http: Environment['http']
  readonly socket: string

  constructor({ http }: Pick<Environment, 'http'>, socket: string) {
    this.#http = http
    this.socket = socket
  }

  /** Asks for something that has to be; `missing` is what is answered to a 404, if that may be. @throws TROUPE_MESOS_DOCKER_FAILED */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, json } = await this.#call(method, path, body)
    if (status < 300 || status === 304) return json
    throw this.failed(`${method} ${path}`, messageOf(json) ?? `status ${status}`)
  }

  /** As `ask`; undefined where there is no such thing. */
  async find(method: string, path: string, body?: unknown): Promise<unknown> {
    const { status, json } = await this.#call(method, path, body)
    if (status === 404) return undefined
    if (status < 300 || status === 304) return json
    throw this.failed(`${method} ${path}`, messageOf(json) ?? `status ${status}`)
  }

  /** An answer that goes on: `onBytes` gets it as it comes. Resolves at its end. */
  async stream(
    method: string,
    path: string,
    body: unknown,
    onBytes: (bytes: Uint8Array) => void,
  ): Promise<void> {
    const response = await this.#send(method, path, body)
    if (response.status >= 300) {
      const json = parsed(await bodyOf(response))
      throw this.failed(`${method} ${path}`, messageOf(json) ?? `status ${response.status}`)
    }
    await new Promise<void>((resolve, reject) => {
      response.handle({
        data: onBytes,
        closed: (error) => {
          if (error === undefined) resolve()
          else reject(this.failed(`${method} ${path}`, error.message, error))
        },
      })
    })
  }

  failed(what: string, why: string, cause?: unknown): MesosError {
    return new MesosError(
      'TROUPE_MESOS_DOCKER_FAILED',
      `The Docker engine at ${this.socket} failed at ${what}: ${why}`,
      { data: { what, why, socket: this.socket }, cause },
    )
  }

  async #call(method: string, path: string, body: unknown): Promise<Answer> {
    const response = await this.#send(method, path, body)
    return { status: response.status, json: parsed(await bodyOf(response)) }
  }

  async #send(method: string, path: string, body: unknown): Promise<HttpResponse> {
    const options: HttpRequestOptions = { socket: this.socket, timeoutMs: ANSWER_MS }
    const text = body === undefined ? '' : JSON.stringify(body)
    try {
      const request = {
        method,
        target: path,
        headers: { 'content-type': 'application/json', host: 'docker' },
        body: new TextEncoder().encode(text),
      }
      return await this.#http.request(HOST, request, options)
    } catch (cause) {
      throw this.failed(`${method} ${path}`, 'it does not answer', cause)
    }
  }
}

/** Undefined where there is none, or more than one. */
function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}

function messageOf(json: unknown): string | undefined {
  const { message } = recordOf(json)
  return typeof message === 'string' ? message.trim() : undefined
}

/** What is in an object, or nothing. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
