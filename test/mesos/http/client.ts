import { bodyOf, type Address, type Http, type HttpResponse } from '../../../src/platform/index.ts'
import { RecordReader } from '../../../src/mesos/http/wire/index.ts'

type Json = Readonly<Record<string, unknown>>

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly text: string
}

/** A client that knows no more than HTTP and JSON, as a foreign framework would be. */
export class Client {
  readonly #http: Http
  readonly address: Address

  /** Said with every request. */
  readonly #headers: Readonly<Record<string, string>>

  constructor(http: Http, address: Address, headers: Readonly<Record<string, string>> = {}) {
    this.#http = http
    this.address = address
    this.#headers = headers
  }

  async send(
    method: string,
    target: string,
    headers: Readonly<Record<string, string>> = {},
    body: Uint8Array | string = '',
  ): Promise<Answer> {
    const response = await this.open(method, target, headers, body)
    const bytes = await bodyOf(response)
    const { status } = response
    return { status, headers: response.headers, body: bytes, text: new TextDecoder().decode(bytes) }
  }

  open(
    method: string,
    target: string,
    headers: Readonly<Record<string, string>> = {},
    body: Uint8Array | string = '',
  ): Promise<HttpResponse> {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
    const all = { ...this.#headers, ...headers }
    return this.#http.request(this.address, { method, target, headers: all, body: bytes })
  }

  async get(target: string): Promise<Json> {
    const { text } = await this.send('GET', target)
    return JSON.parse(text) as Json
  }

  post(
    target: string,
    value: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const body = typeof value === 'string' ? value : JSON.stringify(value)
    return this.send('POST', target, { 'content-type': 'application/json', ...headers }, body)
  }
}

const SCHEDULER = '/api/v1/scheduler'

/** A scheduler that was written for Mesos: subscribes by a stream, and makes its calls by POST. */
export class Scheduler {
  readonly events: Json[] = []
  readonly client: Client
  streamId = ''
  status = 0
  isOver = false
  #response: HttpResponse | undefined

  constructor(client: Client) {
    this.client = client
  }

  get frameworkId(): string {
    const subscribed = this.#body('SUBSCRIBED', 'subscribed')
    return (subscribed?.['framework_id'] as { readonly value: string } | undefined)?.value ?? ''
  }

  get types(): readonly string[] {
    return this.events.map(({ type }) => String(type))
  }

  /** The bodies of all events of a type, in their order. */
  all(type: string): readonly Json[] {
    return this.events
      .filter((event) => event['type'] === type)
      .map((event) => event[type.toLowerCase()] as Json)
  }

  async subscribe(info: Json = {}, id?: string): Promise<this> {
    const named = id === undefined ? {} : { id: { value: id } }
    const call = {
      type: 'SUBSCRIBE',
      ...(id !== undefined && { framework_id: { value: id } }),
      subscribe: { framework_info: { user: 'u', name: 'foreign', ...named, ...info } },
    }
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    const body = JSON.stringify(call)
    const response = await this.client.open('POST', SCHEDULER, headers, body)
    this.#response = response
    this.status = response.status
    this.streamId = response.headers['mesos-stream-id'] ?? ''
    const reader = new RecordReader()
    response.handle({
      data: (bytes) => {
        for (const record of reader.push(bytes)) {
          this.events.push(JSON.parse(new TextDecoder().decode(record)) as Json)
        }
      },
      closed: () => (this.isOver = true),
    })
    return this
  }

  /** Adds the framework's id and the stream's to a call. */
  call(type: string, body: Json = {}, headers: Json = {}): Promise<Answer> {
    const call = { framework_id: { value: this.frameworkId }, type, ...body }
    const given = { 'mesos-stream-id': this.streamId, ...headers }
    const kept = Object.entries(given).filter(([, value]) => value !== undefined)
    return this.client.post(SCHEDULER, call, Object.fromEntries(kept))
  }

  leave(): void {
    this.#response?.destroy()
  }

  #body(type: string, field: string): Json | undefined {
    return this.events.find((event) => event['type'] === type)?.[field] as Json | undefined
  }
}
