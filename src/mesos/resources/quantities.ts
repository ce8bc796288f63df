import { thousandthsOf, type Resources } from './resources.ts'

/**
 * Scalars by name, in thousandths, whatever they are reserved for or allocated to: what shares are counted in.
 * Nothing in it is zero. Immutable.
 */
export type Quantities = ReadonlyMap<string, number>

/** No quantity of anything. */
export const noQuantities: Quantities = new Map()

/** The scalars of `resources`, summed by name. */
export function quantitiesOf(resources: Resources): Quantities {
  const quantities = new Map<string, number>()
  for (const { identity, amount } of resources.values()) {
    const thousandths = thousandthsOf(identity, amount)
    if (thousandths === 0) continue
    quantities.set(identity.name, (quantities.get(identity.name) ?? 0) + thousandths)
  }
  return quantities
}

/** Quantities from plain numbers, such as `{ cpus: 0.01 }`. */
export function quantities(values: Readonly<Record<string, number>>): Quantities {
  return new Map(
    Object.entries(values)
      .map(([name, value]) => [name, Math.round(value * 1000)] as const)
      .filter(([, thousandths]) => thousandths !== 0),
  )
}

export function addQuantities(a: Quantities, b: Quantities): Quantities {
  if (a.size === 0) return b
  const sum = new Map(a)
  for (const [name, thousandths] of b) sum.set(name, (sum.get(name) ?? 0) + thousandths)
  return sum
}

/** Whether `a` has at least as much as `b` of everything in `b`. */
export function containsQuantities(a: Quantities, b: Quantities): boolean {
  for (const [name, thousandths] of b) if ((a.get(name) ?? 0) < thousandths) return false
  return true
}
