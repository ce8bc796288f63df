import type { FateSample, LedgerReport, LinkAccount } from '../../actors/index.ts'
import { count, formatLedger } from './ledger.ts'
import { table } from './table.ts'

/** Types that are printed; those with the most messages. */
const MAX_TYPES = 40

/**
 * A system's account for the terminal: its fates side by side, then the types of what was not handled, the newest
 * samples of each fate, the links, and whether it all balances.
 */
export function formatLedgerReport(report: LedgerReport): string {
  return [
    fatesTable(report),
    typesTable(report),
    samplesTable(report.samples),
    linksTable(report.links),
    formatLedger(report.system, report.ledger),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function fatesTable({ system, ledger }: LedgerReport): string {
  const columns: readonly (readonly [string, number])[] = [
    ['sent', ledger.sent],
    ['handled', ledger.handled],
    ['failed', ledger.failed],
    ['stashed', ledger.stashed],
    ['in flight', ledger.inFlight],
    ['over links', ledger.forwarded],
    ...Object.entries(ledger.dropped),
  ]
  const head = ['messages', ...columns.map(([name]) => name)]
  return table([head, [system, ...columns.map(([, n]) => count(n))]], 1)
}

function typesTable({ types }: LedgerReport): string {
  const fates = Object.keys(types) as (keyof typeof types)[]
  const names = new Map<string, number>()
  for (const fate of fates) {
    for (const [type, n] of Object.entries(types[fate] ?? {}))
      names.set(type, (names.get(type) ?? 0) + n)
  }
  if (names.size === 0) return ''
  const shown = [...names].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, MAX_TYPES)
  const rows = shown.map(([type]) => [
    type,
    ...fates.map((fate) => {
      const n = types[fate]?.[type] ?? 0
      return n === 0 ? '' : count(n)
    }),
  ])
  const head = ['type', ...fates.map((fate) => fateNames[fate] ?? fate)]
  const more = names.size - shown.length
  return `${table([head, ...rows], 1)}${more > 0 ? `\n… and ${more} more types` : ''}`
}

const fateNames: Readonly<Record<string, string>> = {
  inFlight: 'waiting',
  forwarded: 'over links',
}

function samplesTable(samples: readonly FateSample[]): string {
  if (samples.length === 0) return ''
  const rows = samples.map(({ fate, type, sender, receiver, atMs }) => [
    new Date(atMs).toISOString().slice(11, 23),
    fate,
    type,
    sender ?? '-',
    receiver,
  ])
  return table([['lately', 'fate', 'type', 'sender', 'receiver'], ...rows], 5)
}

function linksTable(links: readonly LinkAccount[]): string {
  if (links.length === 0) return ''
  const head = [
    ...['link to', 'state', 'sent', 'acknowledged', 'lost', 'unknown', 'on their way'],
    ...['queued', 'refused', 'dropped', 'received'],
  ]
  const rows = links.map(({ peer, state, reason, counts, lost, unknown, onTheirWay }) => [
    peer,
    reason === undefined ? state : `${state} (${reason})`,
    ...[counts.sent, counts.acknowledged, lost, unknown, onTheirWay],
    ...[counts.queued, counts.refused, counts.dropped, counts.received],
  ])
  return table([head, ...rows.map((row) => row.map((cell) => sayCell(cell)))], 2)
}

function sayCell(cell: string | number): string {
  return typeof cell === 'number' ? count(cell) : cell
}
