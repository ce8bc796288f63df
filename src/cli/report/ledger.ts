import { ledgerImbalance, type LedgerSnapshot } from '../../actors/index.ts'

/** A ledger in a few lines; says so when it does not balance. */
export function formatLedger(system: string, ledger: LedgerSnapshot): string {
  const parts = [
    `${count(ledger.handled)} handled`,
    `${count(ledger.failed)} failed`,
    ...(ledger.forwarded > 0 ? [`${count(ledger.forwarded)} over links`] : []),
    ...(ledger.stashed > 0 ? [`${count(ledger.stashed)} stashed`] : []),
    `${count(ledger.inFlight)} in flight`,
    ...Object.entries(ledger.dropped).map(([reason, n]) => `${count(n)} dropped (${reason})`),
  ]
  const imbalance = ledgerImbalance(ledger)
  const balance = imbalance === 0 ? 'balanced' : `OFF BY ${count(imbalance)}`
  return `${system}: ${count(ledger.sent)} sent = ${parts.join(' + ')}; ${balance}`
}

/** A number with its thousands apart. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** `1 task`, `2 tasks`. */
export function amount(n: number, what: string): string {
  return `${count(n)} ${what}${n === 1 ? '' : 's'}`
}
