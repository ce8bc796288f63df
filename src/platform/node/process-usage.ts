import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessMemory, ProcessUsage } from '../process.ts'

/** Clock ticks a second, the same on every Linux that Node runs on. */
const TICKS = 100
/** What a page is where the machine doesn't say so in `statm`; 4 KiB on all but some ARM and POWER machines. */
const PAGE_BYTES = 4096

/** What the processes of a session use. @see proc_pid_stat(5) */
export function sessionUsage(session: number): ProcessUsage | undefined {
  let usage: ProcessUsage | undefined
  for (const pid of pids()) {
    const fields = statOf(pid)
    if (fields === undefined || Number(fields[3]) !== session) continue
    const at = (index: number): number => Number(fields[index] ?? 0)
    usage = {
      processes: (usage?.processes ?? 0) + 1,
      threads: (usage?.threads ?? 0) + at(17),
      // Of its own, and of those that it has waited for.
      userMs: (usage?.userMs ?? 0) + ((at(11) + at(13)) * 1000) / TICKS,
      systemMs: (usage?.systemMs ?? 0) + ((at(12) + at(14)) * 1000) / TICKS,
      residentBytes: (usage?.residentBytes ?? 0) + at(21) * PAGE_BYTES,
    }
  }
  return usage
}

/** This process and its descendants. @see proc_pid_stat(5) */
export function processTree(): readonly ProcessMemory[] {
  const children = new Map<number, ProcessMemory[]>()
  const found: ProcessMemory[] = []
  for (const text of pids()) {
    const fields = statOf(text)
    if (fields === undefined) continue
    const pid = Number(text)
    const memory = {
      pid,
      name: nameOf(text),
      virtualBytes: Number(fields[20] ?? 0),
      residentBytes: Number(fields[21] ?? 0) * PAGE_BYTES,
    }
    if (pid === process.pid) found.push(memory)
    const parent = Number(fields[1])
    const others = children.get(parent)
    if (others === undefined) children.set(parent, [memory])
    else others.push(memory)
  }
  for (let at = 0; at < found.length; at += 1) {
    found.push(...(children.get(found[at]?.pid ?? 0) ?? []))
  }
  return found
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return '' // it has ended meanwhile
  }
}

function pids(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** The fields behind the name, which may hold anything; undefined of one that has ended. */
export function statOf(pid: number | string): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Ended already; whose child it was has not asked for its status.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields
  } catch {
    return undefined
  }
}
