import { connect as connectTcp, createServer, isIP } from 'node:net'
import type { Server, Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import type { PlatformError } from '../errors.ts'
import { connectFailed, systemReason } from '../errors.ts'
import type { Address, Connection, Listener, Network, TlsOptions } from '../network.ts'
import { nodeConnection } from './connection.ts'
import { boundAddress, listenError } from './listening.ts'

/** What a listener that can't listen is told. */
const LISTENING = {
  what: 'listen',
  wayOut:
    'give a host of this machine, a port that this user may open, and certificates that belong together',
}

const CONNECT_TIMEOUT_MS = 10_000
/** How long a peer may take for its TLS handshake; Node's own default is two minutes. */
const TLS_HANDSHAKE_MS = 10_000
/** Peers that may be in the middle of it at the same time. */
const MAX_TLS_STRANGERS = 1_024

/** TCP, and TLS over it. Nagle's delay is off: the layers above batch by themselves. */
export const nodeNetwork: Network = {
  listen: (address, onConnection, options) => listen(address, onConnection, options?.tls),
  connect: (address, options) =>
    connect(address, options?.tls, options?.timeoutMs ?? CONNECT_TIMEOUT_MS),
}

function listen(
  address: Address,
  onConnection: (connection: Connection) => void,
  tls: TlsOptions | undefined,
): Promise<Listener> {
  const accept = (socket: Socket): void => onConnection(nodeConnection(socket))
  return new Promise((resolve, reject) => {
    let server: Server
    try {
      server = tls === undefined ? createServer({ noDelay: true }, accept) : tlsServer(tls, accept)
    } catch (cause) {
      reject(listenError(address, cause, LISTENING))
      return
    }
    server.once('error', (cause) => reject(listenError(address, cause, LISTENING)))
    server.listen({ host: address.host, port: address.port }, () => {
      server.removeAllListeners('error')
      // A failed accept (no file descriptor left, say) is the peer's failure to connect, not ours.
      server.on('error', () => undefined)
      resolve({ address: boundAddress(server, address), close: () => closed(server) })
    })
  })
}

function tlsServer(tls: TlsOptions, accept: (socket: Socket) => void): Server {
  const { cert, key, ca } = tls
  const server = createTlsServer(
    {
      cert,
      key,
      ca,
      requestCert: true,
      rejectUnauthorized: true,
      noDelay: true,
      handshakeTimeout: TLS_HANDSHAKE_MS,
    },
    (socket) => {
      strangers.delete(peerOf(socket))
      accept(socket)
    },
  )
  // Until its handshake is done a socket is nobody's but ours.
  const strangers = new Set<string>()
  server.on('connection', (socket: Socket) => {
    const peer = peerOf(socket)
    strangers.add(peer)
    socket.once('close', () => strangers.delete(peer))
    if (strangers.size > MAX_TLS_STRANGERS) socket.destroy()
  })
  // A peer that fails the handshake is told by the alert; its socket is ended by Node.
  server.on('tlsClientError', () => undefined)
  return server
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${String(remoteAddress)} ${String(remotePort)}`
}

/** Stops accepting. The port is free when this resolves; connections that stand live on. */
function closed(server: Server): Promise<void> {
  server.close()
  return new Promise((resolve) => setImmediate(resolve))
}

function connect(
  address: Address,
  tls: TlsOptions | undefined,
  timeoutMs: number,
): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let socket: Socket
    try {
      socket = tls === undefined ? openTcp(address) : openTls(address, tls)
    } catch (cause) {
      reject(connectFailed(address, systemReason(cause), { cause }))
      return
    }
    const give = (error: PlatformError): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    const timer = setTimeout(
      () => give(connectFailed(address, 'no answer', { afterMs: timeoutMs })),
      timeoutMs,
    )
    const fail = (cause: unknown): void =>
      give(connectFailed(address, systemReason(cause), { cause }))
    const end = (): void => give(connectFailed(address, 'closed by the peer'))
    socket.once('error', fail)
    socket.once('close', end)
    socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
      clearTimeout(timer)
      const connection = nodeConnection(socket)
      socket.off('error', fail)
      socket.off('close', end)
      resolve(connection)
    })
  })
}

function openTcp(address: Address): Socket {
  return connectTcp({ host: address.host, port: address.port, noDelay: true })
}

function openTls(address: Address, tls: TlsOptions): Socket {
  const { cert, key, ca } = tls
  const name = tls.serverName ?? (isIP(address.host) === 0 ? address.host : undefined)
  return connectTls({
    host: address.host,
    port: address.port,
    cert,
    key,
    ca,
    rejectUnauthorized: true,
    ...(name === undefined ? {} : { servername: name }),
  }).setNoDelay(true)
}
