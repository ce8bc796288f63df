import { createServer, request as sendRequest } from 'node:http'
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer as createSecureServer, request as sendSecureRequest } from 'node:https'
import type { Socket } from 'node:net'
import { gunzip, gzip, inflate, inflateRaw } from 'node:zlib'
import { connectFailed, connectionLost, PlatformError, systemReason } from '../errors.ts'
import {
  MAX_HTTP_BODY_BYTES,
  type Http,
  type HttpExchange,
  type HttpHeaders,
  type HttpListener,
  type HttpRequest,
  type HttpRequestOptions,
  type HttpResponse,
  type HttpServerOptions,
  type HttpStream,
} from '../http.ts'
import type { Address } from '../network.ts'
import { boundAddress, listenError } from './listening.ts'

/** What a listener that can't listen is told. */
const LISTENING = {
  what: 'listen for HTTP',
  wayOut: 'give a host of this machine and a port that this user may open',
}

const REQUEST_TIMEOUT_MS = 10_000
/** How often a server looks for requests that take too long, at most. */
const LOOK_FOR_SLOW_MS = 1000
const BAD_REQUEST = 400
const TOO_LARGE = 413
const UNREADABLE = 'failed to decode body'
/** Of a request's head; as in Mesos. */
const MAX_HEADER_BYTES = 80 * 1024
/** As in Mesos. */
const LEAST_COMPRESSED_BYTES = 1024

/** HTTP/1.1 by Node's own server and client. */
export const nodeHttp: Http = {
  listen: (address, onExchange, options) => listen(address, onExchange, options ?? {}),
  request: (address, request, options = {}) => send(address, request, options),
}

function listen(
  address: Address,
  onExchange: (exchange: HttpExchange) => void,
  options: HttpServerOptions,
): Promise<HttpListener> {
  const { maxBodyBytes = MAX_HTTP_BODY_BYTES, tls, requestTimeoutMs, onRefused } = options
  const door = { maxBodyBytes, onExchange, onRefused: onRefused ?? (() => ({})), isDraining: false }
  const serve = (message: IncomingMessage, response: ServerResponse): void => {
    take(message, response, door)
  }
  // Clients of other languages may leave the host out, as Mesos lets them.
  const settings = {
    keepAliveTimeout: 60_000,
    maxHeaderSize: MAX_HEADER_BYTES,
    requireHostHeader: false,
    ...(requestTimeoutMs !== undefined && {
      requestTimeout: requestTimeoutMs,
      headersTimeout: requestTimeoutMs,
      connectionsCheckingInterval: Math.min(LOOK_FOR_SLOW_MS, requestTimeoutMs),
    }),
  }
  let server: Server
  try {
    server =
      tls === undefined
        ? createServer(settings, serve)
        : createSecureServer({ ...settings, cert: tls.cert, key: tls.key }, serve)
  } catch (cause) {
    return Promise.reject(listenError(address, cause as Error, LISTENING))
  }
  // Whatever a client expects beyond `100-continue`, the request is answered all the same.
  server.on('checkExpectation', serve)
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(listenError(address, cause, LISTENING)))
    server.listen({ host: address.host, port: address.port }, () => {
      server.removeAllListeners('error')
      // A failed accept is the peer's failure to connect, not ours.
      server.on('error', () => undefined)
      resolve({
        address: boundAddress(server, address),
        close: () => closed(server),
        drain() {
          door.isDraining = true
          return drained(server)
        },
      })
    })
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** Node ends connections that wait for a request; one that is at work ends with its answer, which says so. */
function drained(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}

type Door = Required<Pick<HttpServerOptions, 'maxBodyBytes' | 'onRefused'>> & {
  readonly onExchange: (exchange: HttpExchange) => void
  readonly isDraining: boolean
}

function take(message: IncomingMessage, response: ServerResponse, door: Door): void {
  const { maxBodyBytes, onExchange, onRefused } = door
  const parts: Uint8Array[] = []
  let bytes = 0
  const remote = remoteOf(message.socket)
  // The client is gone: there is nobody to tell.
  message.on('error', () => undefined)
  response.on('error', () => undefined)
  message.on('data', (part: Uint8Array) => {
    bytes += part.byteLength
    if (bytes <= maxBodyBytes) parts.push(part)
    else if (!response.headersSent) {
      const { headers, body } = onRefused(TOO_LARGE)
      response.writeHead(TOO_LARGE, { ...headers, connection: 'close' }).end(body)
      message.resume()
    }
  })
  message.on('end', () => {
    if (bytes > maxBodyBytes) return
    const headers = headersOf(message.headers)
    const exchange = (body: Uint8Array): HttpExchange => {
      const { method = 'GET', url = '/' } = message
      return exchangeOf({ method, target: pathOf(url), headers, body }, remote, response, door)
    }
    const whole = exchange(Buffer.concat(parts))
    const unpack = unpacking(headers['content-encoding'], whole.request.body)
    if (unpack === undefined) {
      onExchange(whole)
      return
    }
    unpack(whole.request.body, { maxOutputLength: maxBodyBytes }, (error, body) => {
      if (error === null) {
        onExchange(exchange(body))
        return
      }
      const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      const status = isLarge ? TOO_LARGE : BAD_REQUEST
      whole.reply({ body: Buffer.from(isLarge ? '' : UNREADABLE), ...onRefused(status), status })
    })
  })
}

/** What unpacks a body; undefined where it is as it was sent, or packed as nobody here knows. */
function unpacking(encoding: string | undefined, body: Uint8Array): typeof gunzip | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return gunzip
    case 'deflate':
      // By its first byte zlib's form (RFC 1950); some clients send what is within it.
      return ((body[0] ?? 0) & 15) === 8 ? inflate : inflateRaw
    default:
      return undefined
  }
}

/** The path of a target that names the server, too, as clients behind a proxy write it. */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '')
  return path.startsWith('/') ? path : `/${path}`
}

function exchangeOf(
  request: HttpRequest,
  remote: Address,
  response: ServerResponse,
  door: Door,
): HttpExchange {
  return {
    request,
    remote,
    reply({ status, headers = {}, body = new Uint8Array(0) }) {
      if (response.headersSent) return
      if (door.isDraining) response.setHeader('connection', 'close')
      const isSmall = body.byteLength < LEAST_COMPRESSED_BYTES
      if (isSmall || !takesGzip(request.headers) || request.method === 'HEAD') {
        const length = { 'content-length': String(body.byteLength) }
        response.writeHead(status, { ...headers, ...length })
        response.end(request.method === 'HEAD' ? undefined : body)
        return
      }
      gzip(body, (error, compressed) => {
        if (response.headersSent) return
        const encoding = error === null ? { 'content-encoding': 'gzip' } : {}
        const sent = error === null ? compressed : body
        const length = { 'content-length': String(sent.byteLength) }
        response.writeHead(status, { ...headers, ...encoding, ...length })
        response.end(sent)
      })
    },
    stream({ status, headers = {} }) {
      if (!response.headersSent) {
        response.writeHead(status, { ...headers })
        response.flushHeaders()
      }
      return streamOf(response)
    },
  }
}

/** Whether the most exact entry of Accept-Encoding that names gzip has no quality of 0. */
function takesGzip({ 'accept-encoding': accepted = '' }: HttpHeaders): boolean {
  const entries = accepted.split(',').map((entry) => entry.replace(/\s/g, '').split(';'))
  const named = entries.find(([name]) => name === 'gzip') ?? entries.find(([name]) => name === '*')
  return named !== undefined && !named.some((one) => /^q=0(\.0*)?$/.test(one))
}

function streamOf(response: ServerResponse): HttpStream {
  return {
    get queuedBytes() {
      return response.writableLength
    },
    write(bytes) {
      if (!response.writableEnded && !response.destroyed) response.write(bytes)
    },
    end: () => void response.end(),
    destroy: () => void response.destroy(),
    onClosed(fn) {
      if (response.closed) setImmediate(fn)
      else response.once('close', fn)
    },
  }
}

function send(
  address: Address,
  request: HttpRequest,
  options: HttpRequestOptions,
): Promise<HttpResponse> {
  const { timeoutMs = REQUEST_TIMEOUT_MS, isSecure = false, trustsAny = false } = options
  const { socket: socketPath, ca } = options
  const { method, target, headers, body } = request
  return new Promise((resolve, reject) => {
    let isConnected = false
    const outgoing = (isSecure ? sendSecureRequest : sendRequest)({
      host: address.host,
      port: address.port,
      ...(socketPath !== undefined && { socketPath }),
      method,
      path: target,
      headers: { ...headers, 'content-length': String(body.byteLength) },
      // A stream keeps its connection for long; a pool would have to know which are such.
      agent: false,
      ...(isSecure && { rejectUnauthorized: !trustsAny, ...(ca !== undefined && { ca }) }),
    })
    const timer = setTimeout(
      () => outgoing.destroy(connectFailed(address, 'no answer', { afterMs: timeoutMs })),
      timeoutMs,
    )
    outgoing.once('socket', (socket) => socket.once('connect', () => (isConnected = true)))
    outgoing.once('error', (cause) => {
      clearTimeout(timer)
      const reason = systemReason(cause)
      if (cause instanceof PlatformError) reject(cause)
      else
        reject(
          isConnected
            ? connectionLost(address, reason, cause)
            : connectFailed(address, reason, { cause }),
        )
    })
    outgoing.once('response', (message) => {
      clearTimeout(timer)
      resolve(responseOf(message, address))
    })
    outgoing.end(body)
  })
}

function responseOf(message: IncomingMessage, address: Address): HttpResponse {
  let failure: Error | undefined
  message.on('error', (cause) => (failure ??= connectionLost(address, systemReason(cause), cause)))
  return {
    status: message.statusCode ?? 0,
    headers: headersOf(message.headers),
    handle({ data, closed }) {
      message.on('data', data)
      message.once('close', () => {
        const isWhole = message.complete && failure === undefined
        closed(isWhole ? undefined : (failure ?? connectionLost(address, 'the answer broke off')))
      })
    },
    pause: () => void message.pause(),
    resume: () => void message.resume(),
    destroy: () => void message.destroy(),
  }
}

function headersOf(headers: IncomingHttpHeaders): HttpHeaders {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return flat
}

function remoteOf(socket: Socket): Address {
  return { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
}
