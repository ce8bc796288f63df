import {
  add,
  contains,
  fromWire,
  scalarOf,
  subtract,
  take,
  toWire,
  type ExecutorInfo,
  type Offer,
  type Resource,
  type Resources,
  type TaskInfo,
} from '../../mesos/index.ts'
import type { Order } from './order.ts'

/** What an offer is good for. */
export type Fit =
  | {
      readonly type: 'fits'
      readonly tasks: readonly TaskInfo[]
      readonly executor: ExecutorInfo | undefined
    }
  /** Words such as `cpus: 4 wanted, 1 offered`. */
  | { readonly type: 'lacks'; readonly what: string }

/**
 * Puts an order into an offer: each task gets its resources, reserved ones before others. With `isRefined` reservations are said
 * in the form of frameworks that have RESERVATION_REFINEMENT.
 */
export function fit(order: Order, offer: Offer, isRefined: boolean): Fit {
  const offered = fromWire(offer.resources)
  const wants = [order.executor?.resources ?? [], ...order.tasks.map((one) => one.resources)]
  const lacks = lacking(offered, wants.flat())
  if (lacks.length > 0) return { type: 'lacks', what: lacks.join(', ') }
  let rest = offered
  const parts: (readonly Resource[])[] = []
  for (const want of wants) {
    const taken = takeAll(rest, want)
    // Two tasks that ask for the same port, say.
    if (taken === undefined) return { type: 'lacks', what: 'not enough for all tasks together' }
    rest = subtract(rest, taken)
    parts.push(toWire(taken, isRefined ? 'refined' : 'old'))
  }
  const [own = [], ...each] = parts
  const { executor } = order
  return {
    type: 'fits',
    executor: executor && { ...executor, framework_id: offer.framework_id, resources: own },
    tasks: order.tasks.map((task, i) => ({
      ...task,
      agent_id: offer.agent_id,
      resources: each[i] ?? [],
    })),
  }
}

/** What of `wanted` is not in `offered`, a text for each name. */
function lacking(offered: Resources, wanted: readonly Resource[]): readonly string[] {
  const sums = fromWire(wanted)
  const lacks = [...new Set(wanted.map(({ name }) => name))].flatMap((name) => {
    const [asked, there] = [scalarOf(sums, name), scalarOf(offered, name)]
    return asked > there ? [`${name}: ${asked} wanted, ${there} offered`] : []
  })
  for (const resource of wanted) {
    if (resource.type === 'SCALAR' || find(offered, resource) !== undefined) continue
    lacks.push(`${resource.name}: ${valuesOf(resource)} wanted, not offered`)
  }
  return lacks
}

function takeAll(from: Resources, wanted: readonly Resource[]): Resources | undefined {
  const scalars: Record<string, number> = {}
  let taken: Resources = new Map()
  for (const resource of wanted) {
    if (resource.type === 'SCALAR') {
      scalars[resource.name] = (scalars[resource.name] ?? 0) + resource.scalar.value
      continue
    }
    const found = find(from, resource)
    if (found === undefined) return undefined
    taken = add(taken, found)
  }
  const found = take(from, scalars)
  return found && add(taken, found.taken)
}

/** Ranges or a set, as they are held in one of the resources of that name. */
function find(offered: Resources, wanted: Resource): Resources | undefined {
  for (const held of toWire(offered, 'both')) {
    if (held.name !== wanted.name || held.type !== wanted.type) continue
    const values =
      wanted.type === 'RANGES'
        ? { ranges: wanted.ranges }
        : wanted.type === 'SET'
          ? { set: wanted.set }
          : {}
    const part = fromWire([{ ...held, ...values }])
    if (contains(offered, part)) return part
  }
  return undefined
}

function valuesOf(resource: Resource): string {
  if (resource.type === 'SET') return `{${resource.set.item.join(', ')}}`
  if (resource.type === 'SCALAR') return String(resource.scalar.value)
  return `[${resource.ranges.range.map(({ begin, end }) => `${begin}-${end}`).join(', ')}]`
}
