import type { LedgerReport } from './accounting/index.ts'
import type { Cell } from './cell.ts'
import { isUserMessage, messageOf } from './mailbox-entries.ts'
import type { SystemCore } from './system-core.ts'

/** Messages whose types are looked at; what waits beyond them is left to the numbers. */
const MAX_LOOKED_AT = 1_000_000

/** A system's account of its messages at this moment. */
export function reportOf(core: SystemCore): LedgerReport {
  const { fates, clock, decisions } = core
  const cells = [...core.cells()]
  const waiting = fates.tally(messagesOf(cells, waitingIn))
  const stashed = fates.tally(messagesOf(cells, stashedBy))
  return {
    system: core.name,
    atMs: clock.wallNow(),
    ledger: core.snapshot(),
    types: {
      ...fates.counts(),
      ...(Object.keys(waiting).length > 0 && { inFlight: waiting }),
      ...(Object.keys(stashed).length > 0 && { stashed }),
    },
    samples: fates.samples(),
    links: core.links?.accounts() ?? [],
    actors: cells.length,
    decisions: decisions.usage(),
  }
}

function* messagesOf(
  cells: readonly Cell[],
  of: (cell: Cell) => Iterable<unknown>,
): Generator<unknown> {
  let looked = 0
  for (const cell of cells) {
    for (const message of of(cell)) {
      if (looked++ >= MAX_LOOKED_AT) return
      yield message
    }
  }
}

function* waitingIn(cell: Cell): Generator<unknown> {
  const { buffer } = cell
  if (buffer === undefined) return
  for (let i = 0; i < cell.depth; i++) {
    const entry = buffer[(cell.head + i) & cell.mask]
    if (isUserMessage(entry)) yield messageOf(entry)
  }
}

function stashedBy(cell: Cell): readonly unknown[] {
  return cell.extension?.stash?.messages ?? []
}
