import type { ThreadPort } from '../../platform/index.ts'
import type { Link, Received, Transport } from '../links/index.ts'

/** What may be on its way to a thread that does not get to it: its port has no bound of its own. */
const WINDOW_BYTES = 8 * 1024 * 1024

const NOTHING: Received = { control: 0, messages: 0, bulk: 0 }

/** Joins a link to the data line of a thread. `onBroken` hears of frames that make no sense. */
export function joinLine(link: Link, port: ThreadPort, onBroken: (error: unknown) => void): void {
  const transport: Transport = {
    windowBytes: WINDOW_BYTES,
    send(frame) {
      port.post(frame)
      return true
    },
    close() {
      port.close()
    },
  }
  link.attach('messages', transport, NOTHING)
  port.handle((value) => {
    try {
      link.receive('messages', value as Uint8Array)
    } catch (error) {
      onBroken(error)
    }
  })
}
