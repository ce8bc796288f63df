import { quantities } from './quantities.ts'
import { add, noResources, subtract, type ResourceItem, type Resources } from './resources.ts'

/** What was taken, and what is left. */
export interface Taken {
  readonly taken: Resources
  readonly rest: Resources
}

/**
 * Takes scalars out of an offer for a task, reserved ones before unreserved ones, such as
 * `take(offered, { cpus: 2, mem: 1024 })`. Undefined when there is too little of any.
 */
export function take(
  available: Resources,
  wanted: Readonly<Record<string, number>>,
): Taken | undefined {
  let taken = noResources
  for (const [name, needed] of quantities(wanted)) {
    const part = takeScalar(available, name, needed)
    if (part === undefined) return undefined
    taken = add(taken, part)
  }
  return { taken, rest: subtract(available, taken) }
}

function takeScalar(
  available: Resources,
  name: string,
  thousandths: number,
): Resources | undefined {
  const candidates = [...available.values()]
    .filter((item) => item.identity.name === name)
    .sort((a, b) => b.identity.reservations.length - a.identity.reservations.length)
  const taken = new Map<string, ResourceItem>()
  let missing = thousandths
  for (const { identity, amount } of candidates) {
    if (amount.kind !== 'scalar' || missing === 0) continue
    const part = Math.min(missing, amount.thousandths)
    taken.set(identity.key, { identity, amount: { kind: 'scalar', thousandths: part } })
    missing -= part
  }
  return missing === 0 ? taken : undefined
}
