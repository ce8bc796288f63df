import type { Disk, Environment, HttpExchange, ReadFile } from '../../platform/index.ts'
import { ZipArchive } from './zip.ts'

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
  const files = await filesOf(disk, path)
  const zip = new ZipArchive(crypto)
  const stream = exchange.stream({
    status: 200,
    headers: {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename=eventLogs-${applicationId}.zip`,
    },
  })
  let isClosed = false
  stream.onClosed(() => (isClosed = true))
  const sendFile = async (file: ReadFile, name: string): Promise<void> => {
    stream.write(zip.begin(name))
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
    stream.write(zip.endFile())
  }
  try {
    for (const { path: one, name } of files) {
      const file = await disk.open(one)
      try {
        await sendFile(file, name)
      } finally {
        await file.close()
      }
    }
    stream.write(zip.end())
    stream.end()
  } catch {
    // What has gone out is not the whole: the client is to see that.
    stream.destroy()
  }
}

/** The files of a log, with their names in the archive: that of the folder before them, if it is one. */
async function filesOf(
  disk: Disk,
  path: string,
): Promise<readonly { readonly path: string; readonly name: string }[]> {
  const nameOf = (one: string): string => one.slice(one.lastIndexOf('/') + 1)
  const there = await disk.stat(path)
  if (there?.isDirectory !== true) return [{ path, name: nameOf(path) }]
  const entries = await disk.list(path)
  return entries
    .filter(({ path: one }) => !nameOf(one).startsWith('.'))
    .map(({ path: one }) => ({ path: one, name: `${nameOf(path)}/${nameOf(one)}` }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
