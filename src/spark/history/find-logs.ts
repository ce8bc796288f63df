import type { Disk } from '../../platform/index.ts'
import { EVENT_LOG_SUFFIX, ROLLING_PREFIX } from '../event-log/index.ts'
import type { LogFiles } from './logged-application.ts'

/** The files of a folder's log: `events_<number>_<application id>`, and what compresses it. */
const EVENTS = /^events_(\d+)_/

/** The logs in a directory, by name, without what says that the application runs. What is no log is passed over. */
export async function findLogs(
  disk: Disk,
  directory: string,
): Promise<ReadonlyMap<string, LogFiles>> {
  const found = new Map<string, LogFiles>()
  for (const { path, isDirectory } of await disk.list(directory)) {
    const fileName = nameOf(path)
    if (fileName.startsWith('.')) continue
    if (isDirectory) {
      if (!fileName.startsWith(ROLLING_PREFIX)) continue
      const log = await rollingLog(disk, path)
      if (log !== undefined) found.set(fileName, log)
      continue
    }
    const details = await disk.describe(path)
    if (details === undefined) continue // it has got another name meanwhile
    const { sizeBytes, modifiedUnixMs: modifiedMs } = details
    const name = fileName.endsWith(EVENT_LOG_SUFFIX)
      ? fileName.slice(0, -EVENT_LOG_SUFFIX.length)
      : fileName
    found.set(name, { path, files: [path], sizeBytes, modifiedMs })
  }
  return found
}

async function rollingLog(disk: Disk, path: string): Promise<LogFiles | undefined> {
  const files: { readonly path: string; readonly index: number }[] = []
  let sizeBytes = 0
  let modifiedMs = 0
  for (const entry of await disk.list(path)) {
    const index = EVENTS.exec(nameOf(entry.path))?.[1]
    if (index === undefined) continue
    const details = await disk.describe(entry.path)
    if (details === undefined) continue
    files.push({ path: entry.path, index: Number(index) })
    sizeBytes += details.sizeBytes
    modifiedMs = Math.max(modifiedMs, details.modifiedUnixMs)
  }
  if (files.length === 0) return undefined
  const inOrder = files.sort((a, b) => a.index - b.index).map((file) => file.path)
  return { path, files: inOrder, sizeBytes, modifiedMs }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
