import { receiveMessageOnPort } from 'node:worker_threads'
import type { MessagePort } from 'node:worker_threads'
import type { ThreadPort } from '../thread.ts'

/** A port whose other side may end. */
export interface NodeThreadPort extends ThreadPort {
  /** Hands on at once what the other side sent before its end. */
  drainAtEnd(): void
}

/** Handing over a buffer costs more than copying one of this size. */
const CLONED_BYTES = 512

/** A {@link ThreadPort} over a message channel. */
export function messageThreadPort(port: MessagePort): NodeThreadPort {
  let current: ((value: unknown) => void) | undefined
  return {
    post(bytes) {
      const whole = transferable(bytes)
      if (whole.byteLength <= CLONED_BYTES) port.postMessage(whole)
      else port.postMessage(whole, [whole.buffer])
    },
    postValue: (value, transfer) => port.postMessage(value, [...(transfer ?? [])] as ArrayBuffer[]),
    handle(handler) {
      if (current !== undefined) port.off('message', current)
      current = handler
      port.on('message', handler)
    },
    close: () => port.close(),
    drainAtEnd: () => drainMessages(port),
  }
}

/**
 * `bytes` in a buffer that can be handed over. A small view of a large buffer is copied: its buffer
 * may be Node's shared pool, which would be cloned whole, or a slab that others still use.
 */
export function transferable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes
  if (buffer instanceof ArrayBuffer && bytes.byteLength * 2 >= buffer.byteLength) {
    return bytes as Uint8Array<ArrayBuffer>
  }
  return new Uint8Array(bytes)
}

/** Hands on all that has arrived at a port and waits for its turn of the event loop. */
export function drainMessages(port: MessagePort): void {
  if (port.listenerCount('message') === 0) return
  for (;;) {
    const received = receiveMessageOnPort(port) as { readonly message: unknown } | undefined
    if (received === undefined) return
    port.emit('message', received.message)
  }
}
