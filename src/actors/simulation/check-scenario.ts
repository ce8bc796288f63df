import { isTroupeError } from '../../platform/index.ts'
import type { Random } from '../../platform/index.ts'
import { checkPlan } from './check-plan.ts'
import { SimulationError } from './errors.ts'
import { drawFault } from './fault-bounds.ts'
import type { FaultBounds, FaultTemplate } from './fault-bounds.ts'
import type { Scenario } from './scenario.ts'

const MAX_MS = 2 ** 31 - 1

/** Beside `type` and `weight`; a field that ends in Ms, Ratio or Second is a range. */
const fieldsOf: Readonly<Record<FaultTemplate['type'], readonly string[]>> = {
  'kill-process': ['node', 'restartAfterMs'],
  'crash-node': ['node', 'disk', 'restartAfterMs'],
  'kill-thread': ['node', 'threads'],
  'block-thread': ['node', 'threads', 'forMs'],
  freeze: ['node', 'forMs'],
  'slow-node': ['node', 'forMs', 'runRatio'],
  'cut-link': ['from', 'to', 'direction', 'forMs'],
  'reset-link': ['from', 'to'],
  'half-open-link': ['from', 'to'],
  'slow-link': ['from', 'to', 'forMs', 'delayMs', 'bytesPerSecond'],
  'fill-disk': ['node', 'forMs'],
  'skew-clock': ['node', 'offsetMs', 'forMs'],
  exactly: ['fault'],
}
const needed: ReadonlySet<string> = new Set(['node', 'from', 'to', 'forMs', 'offsetMs', 'fault'])

const checked: WeakSet<object> = new WeakSet()

/**
 * Takes a scenario as it came, maybe from a plain module: one whose bounds are wrong would draw no faults, and hold
 * under all seeds. @throws TROUPE_SIMULATION_SCENARIO
 */
export function checkScenario(scenario: Scenario): void {
  if (checked.has(scenario)) return
  const { name, start, limitMs, restMs, twin, faults, equal } = scenario as Partial<Scenario>
  if (typeof name !== 'string' || name === '') throw wrong('name', name, 'a name')
  if (typeof start !== 'function') throw wrong('start', start, 'a function of the stage')
  if (!isMs(limitMs) || limitMs === 0) throw wrong('limitMs', limitMs, `1 to ${MAX_MS} ms`)
  if (restMs !== undefined && !isMs(restMs)) throw wrong('restMs', restMs, `0 to ${MAX_MS} ms`)
  if (twin !== undefined && twin !== 'once' && twin !== 'each-seed')
    throw wrong('twin', twin, "'once' or 'each-seed'")
  if (equal !== undefined && typeof equal !== 'function')
    throw wrong('equal', equal, 'a function of two results')
  checkBounds(faults)
  checked.add(scenario)
}

function checkBounds(bounds: unknown): void {
  if (typeof bounds !== 'object' || bounds === null)
    throw wrong('faults', bounds, '{ kinds, atMost, withinMs }')
  const { kinds, atMost, atLeast, withinMs, ...more } = bounds as Partial<FaultBounds>
  const [unknown] = Object.keys(more)
  if (unknown !== undefined)
    throw wrong(
      `faults.${unknown}`,
      'there',
      'nothing: kinds, atMost, atLeast and withinMs are known',
    )
  if (!Array.isArray(kinds)) throw wrong('faults.kinds', kinds, 'a list')
  if (!isCount(atMost)) throw wrong('faults.atMost', atMost, 'a whole number, 0 or more')
  if (atLeast !== undefined && !(isCount(atLeast) && atLeast <= atMost))
    throw wrong('faults.atLeast', atLeast, `a whole number from 0 to ${atMost}, as atMost says`)
  if (!isRange(withinMs) || !withinMs.every(isMs))
    throw wrong('faults.withinMs', withinMs, 'a range of ms, [from, to]')
  for (const [at, kind] of kinds.entries()) checkKind(kind, `faults.kinds[${at}]`)
}

function checkKind(kind: unknown, where: string): void {
  const { type, weight, ...fields } = (kind ?? {}) as Readonly<Record<string, unknown>>
  const known = fieldsOf[type as FaultTemplate['type']]
  if (typeof type !== 'string' || !Object.hasOwn(fieldsOf, type))
    throw wrong(`${where}.type`, type, `one of ${Object.keys(fieldsOf).join(', ')}`)
  if (weight !== undefined && !(typeof weight === 'number' && weight > 0 && weight < Infinity))
    throw wrong(`${where}.weight`, weight, 'a number above 0')
  for (const [field, value] of Object.entries(fields)) {
    if (!known.includes(field))
      throw wrong(`${where}.${field}`, value, `nothing: ${type} has ${known.join(', ')}`)
    if (/(Ms|Ratio|Second)$/.test(field) && !isRange(value))
      throw wrong(`${where}.${field}`, value, 'a range, [from, to]')
    if (field === 'threads' && !(isCount(value) && value > 0))
      throw wrong(`${where}.threads`, value, 'a whole number, 1 or more')
    if (field === 'disk' && !(Array.isArray(value) && value.length > 0))
      throw wrong(`${where}.disk`, value, 'a list of fates')
  }
  const missing = known.find((field) => needed.has(field) && fields[field] === undefined)
  if (missing !== undefined) throw wrong(`${where}.${missing}`, undefined, `what ${type} needs`)
  checkDrawn(kind as FaultTemplate, where)
}

/** What is drawn at both ends of the ranges must be faults. */
function checkDrawn(kind: FaultTemplate, where: string): void {
  for (const share of [0, 0.999999]) {
    const random = drawing(share)
    try {
      checkPlan([drawFault(kind, 0, random)])
    } catch (cause) {
      const why = isTroupeError(cause) ? cause.message : String(cause)
      throw wrong(
        where,
        kind.type,
        `what makes a fault (${why.replace(/^plan\[0\]\.fault/, 'fault')})`,
        cause,
      )
    }
  }
}

/** Chance that always falls the same way. */
function drawing(share: number): Random {
  return {
    float: () => share,
    int: (bound) => Math.floor(share * bound),
    bytes: (length) => new Uint8Array(length),
    id: () => '',
  }
}

function isMs(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= MAX_MS
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isRange(value: unknown): value is readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isFinite)) return false
  const [from, to] = value as [number, number]
  return from <= to
}

function wrong(where: string, given: unknown, takes: string, cause?: unknown): SimulationError {
  const shown =
    typeof given === 'function' ? 'a function' : (JSON.stringify(given) ?? String(given))
  return new SimulationError(
    'TROUPE_SIMULATION_SCENARIO',
    `The scenario's ${where} is ${shown.slice(0, 100)}: it takes ${takes}`,
    { data: { where }, ...(cause === undefined ? {} : { cause }) },
  )
}
