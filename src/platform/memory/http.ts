import { connectFailed, connectionLost } from '../errors.ts'
import {
  MAX_HTTP_BODY_BYTES,
  type Http,
  type HttpBodyHandlers,
  type HttpExchange,
  type HttpHeaders,
  type HttpRequest,
  type HttpResponse,
  type HttpServerOptions,
  type HttpStream,
} from '../http.ts'
import type { Clock } from '../clock.ts'
import type { Address, Connection, Network } from '../network.ts'
import { HttpParcels, parcel } from './http-parcels.ts'

const REQUEST_TIMEOUT_MS = 10_000

interface Head {
  readonly status: number
  readonly headers: HttpHeaders
}

/**
 * HTTP between nodes in memory: requests and answers as parcels of the simulated network, one connection an exchange, so that
 * delays, cuts and resets of the network meet them as they meet everything else.
 */
export function memoryHttp(network: Network, clock: Pick<Clock, 'setTimer'>): Http {
  return {
    async listen(
      address,
      onExchange,
      { maxBodyBytes = MAX_HTTP_BODY_BYTES, onRefused = () => ({}) } = {},
    ) {
      const open = new Set<Connection>()
      const drained: (() => void)[] = []
      const look = (): void => {
        if (open.size === 0) for (const fn of drained.splice(0)) fn()
      }
      const listener = await network.listen(address, (connection) => {
        open.add(connection)
        serve({
          connection,
          clock,
          maxBodyBytes,
          onExchange,
          onRefused,
          onClosed() {
            open.delete(connection)
            look()
          },
        })
      })
      return {
        address: listener.address,
        async drain() {
          await listener.close()
          await new Promise<void>((resolve) => {
            drained.push(resolve)
            look()
          })
        },
        async close() {
          await listener.close()
          for (const connection of open) connection.destroy()
        },
      }
    },
    request: (address, request, { timeoutMs = REQUEST_TIMEOUT_MS, socket } = {}) =>
      socket === undefined
        ? send({ network, clock, address, request, timeoutMs })
        : Promise.reject(connectFailed(address, 'ENOENT')),
  }
}

interface Serving {
  readonly connection: Connection
  readonly clock: Pick<Clock, 'setTimer'>
  readonly maxBodyBytes: number
  readonly onExchange: (exchange: HttpExchange) => void
  readonly onRefused: NonNullable<HttpServerOptions['onRefused']>
  readonly onClosed: () => void
}

function serve(serving: Serving): void {
  const { connection, clock, maxBodyBytes, onExchange, onRefused, onClosed } = serving
  const parcels = new HttpParcels()
  const watchers: (() => void)[] = []
  let isClosed = false
  let isAnswered = false
  const answer = (head: Head): void => {
    isAnswered = true
    connection.write(parcel('head', JSON.stringify(head)))
  }
  const stream: HttpStream = {
    get queuedBytes() {
      return connection.queuedBytes
    },
    write: (bytes) => void connection.write(parcel('body', bytes)),
    end() {
      connection.write(parcel('end', ''))
      connection.end()
    },
    destroy: () => connection.destroy(),
    onClosed(fn) {
      if (isClosed) clock.setTimer(0, fn)
      else watchers.push(fn)
    },
  }
  let head: Omit<HttpRequest, 'body'> | undefined
  connection.handle({
    data(bytes) {
      for (const { kind, content } of parcels.push(bytes)) {
        if (kind === 'head') head = JSON.parse(new TextDecoder().decode(content)) as typeof head
        if (kind !== 'body' || head === undefined) continue
        if (content.byteLength > maxBodyBytes) {
          const { headers = {}, body } = onRefused(413)
          answer({ status: 413, headers: lowerCase(headers) })
          if (body !== undefined) stream.write(body)
          stream.end()
          continue
        }
        onExchange({
          request: { ...head, body: content },
          remote: connection.remote,
          reply({ status, headers = {}, body }) {
            if (isAnswered) return
            answer({ status, headers: lowerCase(headers) })
            if (body !== undefined) stream.write(body)
            stream.end()
          },
          stream({ status, headers = {} }) {
            if (!isAnswered) answer({ status, headers: lowerCase(headers) })
            return stream
          },
        })
      }
    },
    closed() {
      isClosed = true
      onClosed()
      for (const fn of watchers) fn()
    },
  })
}

interface Sending {
  readonly network: Network
  readonly clock: Pick<Clock, 'setTimer'>
  readonly address: Address
  readonly request: HttpRequest
  readonly timeoutMs: number
}

async function send({
  network,
  clock,
  address,
  request,
  timeoutMs,
}: Sending): Promise<HttpResponse> {
  const connection = await network.connect(address, { timeoutMs })
  const { body, ...head } = request
  connection.write(parcel('head', JSON.stringify({ ...head, headers: lowerCase(head.headers) })))
  connection.write(parcel('body', body))
  return new Promise((resolve, reject) => {
    const parcels = new HttpParcels()
    const waiting: Uint8Array[] = []
    let handlers: HttpBodyHandlers | undefined
    let isWhole = false
    let ended: { readonly error: Error | undefined } | undefined
    const timer = clock.setTimer(timeoutMs, () => {
      connection.destroy(connectFailed(address, 'no answer', { afterMs: timeoutMs }))
    })
    connection.handle({
      data(bytes) {
        for (const { kind, content } of parcels.push(bytes)) {
          if (kind === 'head') {
            timer.cancel()
            const { status, headers } = JSON.parse(new TextDecoder().decode(content)) as Head
            resolve({
              status,
              headers,
              handle(given) {
                handlers = given
                for (const part of waiting.splice(0)) given.data(part)
                if (ended !== undefined) given.closed(ended.error)
              },
              pause: () => connection.pause(),
              resume: () => connection.resume(),
              destroy: () => connection.destroy(),
            })
          } else if (kind === 'body') {
            if (handlers === undefined) waiting.push(content)
            else handlers.data(content)
          } else isWhole = true
        }
      },
      closed(error) {
        timer.cancel()
        const failure = error ?? connectionLost(address, 'the answer broke off')
        reject(failure)
        ended = { error: isWhole ? undefined : failure }
        handlers?.closed(ended.error)
      },
    })
  })
}

function lowerCase(headers: HttpHeaders): HttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  )
}
