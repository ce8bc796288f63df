import type { Disk } from './disk.ts'
import type { Processes } from './process.ts'

/**
 * A fresh directory for as long as this process lives, named after it: `troupe-<what>-<host>-<pid>-…` under the
 * system's temporary one. Whoever makes it removes it; those that processes of this host have left behind, because
 * they were killed, are removed here.
 *
 * @param what a word; only directories of the same word are looked at
 * @throws TROUPE_PLATFORM_FILE_UNWRITABLE
 */
export async function makeProcessDirectory(
  { disk, processes }: { readonly disk: Disk; readonly processes: Processes },
  what: string,
): Promise<string> {
  // Containers may share the directory, but not their process ids.
  const host = processes.hostname.replaceAll(/[^A-Za-z0-9.]/g, '_')
  const prefix = `troupe-${what}-${host}-`
  const made = await disk.makeTemporaryDirectory(`${prefix}${processes.pid}-`)
  const parent = made.slice(0, made.lastIndexOf('/'))
  for (const { path } of await disk.list(parent).catch(() => [])) {
    const name = path.slice(path.lastIndexOf('/') + 1)
    if (!name.startsWith(prefix)) continue
    const [pid = ''] = name.slice(prefix.length).split('-')
    if (!/^\d+$/.test(pid) || processes.isAlive(Number(pid))) continue
    // Another process may be at it, or another user's own it: then it is theirs to remove.
    await disk.remove(path).catch(() => undefined)
  }
  return made
}
