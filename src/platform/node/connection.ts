import type { Socket } from 'node:net'
import { connectionLost, systemReason } from '../errors.ts'
import type { Address, Connection, ConnectionHandlers } from '../network.ts'
import { wakefulness } from './wakefulness.ts'

/** Bytes that may wait in a connection before `write` asks its caller to wait for `drain`. */
export const WRITE_QUEUE_LIMIT_BYTES: number = 1024 * 1024

/** A connected socket as a {@link Connection}. Its events wait until `handle` has been called. */
export function nodeConnection(socket: Socket): Connection {
  const remote: Address = { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 }
  const local: Address = { host: socket.localAddress ?? '', port: socket.localPort ?? 0 }
  let handlers: ConnectionHandlers | undefined
  let failure: Error | undefined
  let isClosed = false
  let isDrainAwaited = false

  socket.on('error', (cause) => (failure ??= connectionLost(remote, systemReason(cause), cause)))
  socket.on('close', () => {
    isClosed = true
    handlers?.closed(failure)
  })
  socket.on('drain', () => {
    if (!isDrainAwaited) return
    isDrainAwaited = false
    handlers?.drain?.()
  })

  return {
    remote,
    local,
    get queuedBytes() {
      return socket.writableLength
    },
    write(bytes) {
      if (!socket.writable) return true
      socket.write(bytes)
      wakefulness.sent()
      isDrainAwaited = socket.writableLength >= WRITE_QUEUE_LIMIT_BYTES
      return !isDrainAwaited
    },
    end: () => void socket.end(),
    destroy(error) {
      failure ??= error
      socket.destroy()
    },
    abort() {
      failure ??= connectionLost(remote, 'ECONNRESET')
      socket.resetAndDestroy()
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    handle(given) {
      handlers = given
      if (isClosed) queueMicrotask(() => given.closed(failure))
      else {
        socket.on('data', (bytes: Uint8Array) => {
          wakefulness.heard()
          given.data(bytes)
        })
      }
    },
  }
}
