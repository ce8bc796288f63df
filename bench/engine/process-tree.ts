import { readFileSync, readdirSync } from 'node:fs'

const PAGE_BYTES = 4096
const TICKS_A_SECOND = 100

export interface TreeUse {
  /** Resident pages of all processes of the tree; shared ones count for each, but not those of a process that is just being forked. */
  readonly rssBytes: number
  /** Processor time of all of them, with those that have ended and were waited for. */
  readonly cpuMs: number
}

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly ownTicks: number
  readonly endedTicks: number
  readonly spaceBytes: number
  readonly rssPages: number
}

/** What a process and all below it use now; nothing on systems without /proc. */
export function treeUse(root: number): TreeUse | undefined {
  const stats = new Map<number, Stat>()
  try {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      const stat = statOf(Number(name))
      if (stat !== undefined) stats.set(stat.pid, stat)
    }
  } catch {
    return undefined
  }
  const tree = [...stats.values()].filter((stat) => isBelow(stat, root, stats))
  if (tree.length === 0) return undefined
  const ticks = tree.reduce((sum, { ownTicks, endedTicks }) => sum + ownTicks + endedTicks, 0)
  return {
    rssBytes: tree.reduce((sum, stat) => sum + ownPages(stat, stats), 0) * PAGE_BYTES,
    cpuMs: (ticks / TICKS_A_SECOND) * 1000,
  }
}

/** A process that was forked, and has not begun its own program, looks like its parent. */
function ownPages(
  { parent, spaceBytes, rssPages }: Stat,
  stats: ReadonlyMap<number, Stat>,
): number {
  return stats.get(parent)?.spaceBytes === spaceBytes ? 0 : rssPages
}

function isBelow(stat: Stat, root: number, stats: ReadonlyMap<number, Stat>): boolean {
  let at: Stat | undefined = stat
  while (at !== undefined && at.pid !== root) at = stats.get(at.parent)
  return at !== undefined
}

/** Undefined for a process that has just ended. */
function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1')
    // Behind the name, which may hold anything.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const number = (index: number): number => Number(fields[index] ?? 0)
    return {
      pid,
      parent: number(1),
      ownTicks: number(11) + number(12),
      endedTicks: number(13) + number(14),
      spaceBytes: number(20),
      rssPages: number(21),
    }
  } catch {
    return undefined
  }
}
