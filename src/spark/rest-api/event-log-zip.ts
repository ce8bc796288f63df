import type { Environment, HttpExchange } from '../../platform/index.ts'
import { ZipOfOne } from './zip.ts'

/** What a log is sent with. */
export type LogSender = Pick<Environment, 'disk' | 'crypto' | 'clock'>

const PIECE_BYTES = 256 * 1024
/** Bytes that may wait for the client. */
const MOST_UNREAD_BYTES = 4 * PIECE_BYTES
const LOOK_MS = 20

/** Sends an event log as a zip archive, as far as it is written. */
export async function sendEventLog(
  applicationId: string,
  path: string,
  exchange: HttpExchange,
  { disk, crypto, clock }: LogSender,
): Promise<void> {
  const file = await disk.open(path)
  const zip = new ZipOfOne(path.slice(path.lastIndexOf('/') + 1), crypto)
  try {
    const stream = exchange.stream({
      status: 200,
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename=eventLogs-${applicationId}.zip`,
      },
    })
    let isClosed = false
    stream.onClosed(() => (isClosed = true))
    stream.write(zip.head())
    try {
      for (let at = 0; at < file.sizeBytes && !isClosed;) {
        if (stream.queuedBytes > MOST_UNREAD_BYTES) {
          await new Promise<void>((resolve) => void clock.setTimer(LOOK_MS, resolve))
          continue
        }
        const piece = await file.read(at, Math.min(PIECE_BYTES, file.sizeBytes - at))
        if (piece.byteLength === 0) break
        at += piece.byteLength
        stream.write(zip.part(piece))
      }
      stream.write(zip.end())
      stream.end()
    } catch {
      // What has gone out is not the whole: the client is to see that.
      stream.destroy()
    }
  } finally {
    await file.close()
  }
}
