import type { DiskFate, Random } from '../../platform/index.ts'
import type {
  DiskFault,
  Fault,
  LinkDirection,
  MessageFault,
  KillActorFault,
} from '../faults/index.ts'

/** From … to, both included. */
export type Range = readonly [number, number]

/**
 * A kind of fault with its bounds. A node is named by a pattern, in which `*` stands for any characters; which of
 * those that live then is hit is drawn too.
 */
export type FaultTemplate = {
  /** How often it is drawn, against the others; 1 by default. */
  readonly weight?: number
} & (
  | { readonly type: 'kill-process'; readonly node: string; readonly restartAfterMs?: Range }
  | {
      readonly type: 'crash-node'
      readonly node: string
      readonly disk?: readonly DiskFate[]
      readonly restartAfterMs?: Range
    }
  | { readonly type: 'kill-thread'; readonly node: string; readonly threads?: number }
  | {
      readonly type: 'block-thread'
      readonly node: string
      readonly threads?: number
      readonly forMs: Range
    }
  | { readonly type: 'freeze'; readonly node: string; readonly forMs: Range }
  | {
      readonly type: 'slow-node'
      readonly node: string
      readonly forMs: Range
      readonly runRatio?: Range
    }
  | {
      readonly type: 'cut-link'
      readonly from: string
      readonly to: string
      readonly direction?: LinkDirection | 'any'
      readonly forMs: Range
    }
  | { readonly type: 'reset-link'; readonly from: string; readonly to: string }
  | { readonly type: 'half-open-link'; readonly from: string; readonly to: string }
  | {
      readonly type: 'slow-link'
      readonly from: string
      readonly to: string
      readonly forMs: Range
      readonly delayMs?: Range
      readonly bytesPerSecond?: Range
    }
  | { readonly type: 'fill-disk'; readonly node: string; readonly forMs: Range }
  | {
      readonly type: 'skew-clock'
      readonly node: string
      readonly offsetMs: Range
      readonly forMs: Range
    }
  /** Any other fault, as it stands; its trigger is drawn. */
  | { readonly type: 'exactly'; readonly fault: MessageFault | KillActorFault | DiskFault }
)

/** Which faults a scenario must stand, and when. */
export interface FaultBounds {
  readonly kinds: readonly FaultTemplate[]
  /** How many at most; how many is drawn, from `atLeast` (1 by default, 0 where none may be) on. */
  readonly atMost: number
  readonly atLeast?: number
  /** When they begin, after the workload has begun. */
  readonly withinMs: Range
}

/** One fault of a plan: plain data, which stands in reports and can be replayed and shrunk. */
export interface PlannedFault {
  /** Its trigger is a time. Nodes are patterns. */
  readonly fault: Fault
  /** Which of the living nodes that fit: the share of the way through their list, 0 ≤ p < 1; of `from`, then of `to`. */
  readonly pick: readonly [number, number]
  /** The node that was ended is started again. */
  readonly restartAfterMs?: number
}

/** Draws what will go wrong. */
export function drawFaults(bounds: FaultBounds, random: Random): readonly PlannedFault[] {
  const { kinds, atMost, atLeast = Math.min(1, atMost), withinMs } = bounds
  if (kinds.length === 0) return []
  const count = atLeast + random.int(atMost - atLeast + 1)
  const planned = Array.from({ length: count }, () =>
    drawFault(choose(kinds, random), within(withinMs, random), random),
  )
  return planned.sort((a, b) => startOf(a) - startOf(b))
}

/** When a planned fault begins. */
export function startOf({ fault }: PlannedFault): number {
  return fault.at !== undefined && 'afterMs' in fault.at ? fault.at.afterMs : 0
}

function choose(kinds: readonly FaultTemplate[], random: Random): FaultTemplate {
  const total = kinds.reduce((sum, { weight = 1 }) => sum + weight, 0)
  let left = random.float() * total
  for (const kind of kinds) {
    left -= kind.weight ?? 1
    if (left < 0) return kind
  }
  return kinds[kinds.length - 1] as FaultTemplate
}

function within([from, to]: Range, random: Random): number {
  return from + random.int(Math.floor(to - from) + 1)
}

/** One of that kind. */
export function drawFault(template: FaultTemplate, afterMs: number, random: Random): PlannedFault {
  const pick = [share(random), share(random)] as const
  const at = { afterMs }
  const restart = (range: Range | undefined): { restartAfterMs?: number } =>
    range === undefined ? {} : { restartAfterMs: within(range, random) }
  switch (template.type) {
    case 'kill-process':
      return {
        fault: { type: 'kill-process', at, node: template.node },
        pick,
        ...restart(template.restartAfterMs),
      }
    case 'crash-node': {
      const fates = template.disk ?? ['lose-all', 'keep-all', 'prefix', 'torn']
      const disk = fates[random.int(fates.length)] ?? 'lose-all'
      return {
        fault: { type: 'crash-node', at, node: template.node, disk },
        pick,
        ...restart(template.restartAfterMs),
      }
    }
    case 'kill-thread': {
      const thread = random.int(template.threads ?? 1)
      return { fault: { type: 'kill-thread', at, pool: template.node, thread }, pick }
    }
    case 'block-thread': {
      const thread = random.int(template.threads ?? 1)
      const forMs = within(template.forMs, random)
      return { fault: { type: 'block-thread', at, pool: template.node, thread, forMs }, pick }
    }
    case 'freeze':
      return {
        fault: { type: 'freeze', at, node: template.node, forMs: within(template.forMs, random) },
        pick,
      }
    case 'slow-node': {
      const [from, to] = template.runRatio ?? [0.1, 0.5]
      const runRatio = Math.round((from + random.float() * (to - from)) * 100) / 100
      const forMs = within(template.forMs, random)
      return { fault: { type: 'slow-node', at, node: template.node, runRatio, forMs }, pick }
    }
    case 'cut-link': {
      const { from, to, direction = 'any' } = template
      const drawn = random.int(2) === 0 ? 'both' : 'one-way'
      return {
        fault: {
          type: 'cut-link',
          at,
          from,
          to,
          direction: direction === 'any' ? drawn : direction,
          forMs: within(template.forMs, random),
        },
        pick,
      }
    }
    case 'reset-link':
    case 'half-open-link':
      return { fault: { type: template.type, at, from: template.from, to: template.to }, pick }
    case 'slow-link': {
      const { from, to, delayMs = [5, 500], bytesPerSecond } = template
      return {
        fault: {
          type: 'slow-link',
          at,
          from,
          to,
          delayMs: within(delayMs, random),
          forMs: within(template.forMs, random),
          ...(bytesPerSecond && { bytesPerSecond: within(bytesPerSecond, random) }),
        },
        pick,
      }
    }
    case 'fill-disk':
      return {
        fault: {
          type: 'fill-disk',
          at,
          node: template.node,
          forMs: within(template.forMs, random),
        },
        pick,
      }
    case 'skew-clock':
      return {
        fault: {
          type: 'skew-clock',
          at,
          node: template.node,
          offsetMs: within(template.offsetMs, random) || 1,
          forMs: within(template.forMs, random),
        },
        pick,
      }
    case 'exactly':
      return { fault: { ...template.fault, at }, pick }
  }
}

function share(random: Random): number {
  return random.int(1000) / 1000
}
