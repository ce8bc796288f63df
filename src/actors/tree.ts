import { AWAITING, FAILED, REMOTE, STOPPING } from './cell.ts'
import type { Cell } from './cell.ts'
import { strategyOf } from './incarnation.ts'
import type { SystemCore } from './system-core.ts'

/** One actor of a live tree. */
export interface ActorDescription {
  readonly path: string
  readonly depth: number
  /** The registered name, the label, or the kind of behavior. */
  readonly behavior: string
  readonly strategy: string
  readonly status: 'running' | 'awaiting' | 'failed' | 'stopping' | 'remote'
  readonly mailboxDepth: number
  readonly restarts: number
  /** Messages taken from the mailbox since the actor began, modulo 2^32; two looks give a rate. */
  readonly taken: number
}

export function describeTree(core: SystemCore): ActorDescription[] {
  const rows: ActorDescription[] = []
  for (const cell of core.cells()) rows.push(describe(cell))
  return rows
}

/** The actor at a local path, if there is one. */
export function describeActor(core: SystemCore, path: string): ActorDescription | undefined {
  const cell = core.facade.find(path)
  return cell === undefined ? undefined : describe(cell as unknown as Cell)
}

function describe(cell: Cell): ActorDescription {
  let depth = 0
  for (let up = cell.parent; up !== undefined; up = up.parent) depth++
  return {
    path: cell.path,
    depth,
    behavior: cell.options.label ?? cell.behavior.origin?.name ?? cell.running.kind,
    strategy: strategyOf(cell).description,
    status: statusOf(cell),
    mailboxDepth: cell.depth,
    restarts: cell.extension?.restarts ?? 0,
    taken: cell.head >>> 0,
  }
}

function statusOf(cell: Cell): ActorDescription['status'] {
  if ((cell.status & STOPPING) !== 0) return 'stopping'
  if ((cell.status & FAILED) !== 0) return 'failed'
  if (cell.mode === REMOTE) return 'remote'
  return (cell.status & AWAITING) !== 0 ? 'awaiting' : 'running'
}
