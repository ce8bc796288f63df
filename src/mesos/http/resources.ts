import type { MessageValue } from './wire/index.ts'

const EMPTY: Readonly<Record<string, readonly [string, MessageValue]>> = {
  SCALAR: ['scalar', { value: 0 }],
  RANGES: ['ranges', { range: [] }],
  SET: ['set', { item: [] }],
}

/**
 * The value with an amount in each of its resources: the wire form lets one be absent, which is nothing of it. So a task that
 * asks for such a resource is judged like any other, one by one, instead of its whole call.
 */
export function withAmounts(value: unknown): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[]).map(withAmounts)
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  const all = value as MessageValue
  const entries = Object.entries(all).map(([name, one]) => [name, withAmounts(one)] as const)
  const [amount, empty] = EMPTY[String(all['type'])] ?? []
  const lacks = amount !== undefined && all['name'] !== undefined && all[amount] === undefined
  return { ...(lacks && { [amount]: empty }), ...Object.fromEntries(entries) }
}
