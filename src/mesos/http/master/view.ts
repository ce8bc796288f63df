import type { Machine } from '../metric-values.ts'
import type { FrameworkSnapshot, MasterSnapshot, TaskSnapshot } from '../../master/index.ts'
import { isTerminal } from '../../protocol/index.ts'
import type { Action } from '../../security/index.ts'
import {
  add,
  fromWire,
  noResources,
  reservedFor,
  toWire,
  unallocated,
  unreserved,
  type Resources,
} from '../../resources/index.ts'

/** What an answer is made of: all that the master knows, and what the door knows. */
export interface MasterView {
  /** What of it whoever asks may see. */
  readonly snapshot: MasterSnapshot
  /** All of it: amounts that are in use count whatever is seen of who uses them. */
  readonly whole: MasterSnapshot
  readonly allows: (action: Action, object?: string) => boolean
  /** Undefined to whom they are not shown. */
  readonly flags: Readonly<Record<string, string>> | undefined
  /** Of the machine. */
  readonly machine: Machine
  /** How many are subscribed to the operator API's events. */
  readonly operatorStreams: number
  /** Unix time in milliseconds. */
  readonly startedUnixMs: number
  readonly nowUnixMs: number
}

export type Agent = MasterSnapshot['agents'][number]
export type Framework = FrameworkSnapshot
export type Task = TaskSnapshot
export type Executor = Agent['executors'][number]

/** Whom something is counted for. */
type Holder = { readonly frameworkId: string } | { readonly agentId: string }

/** Resources of tasks that are counted in one go. */
const COUNTED_AT_ONCE = 64

/** What one holder has. */
interface Held {
  /** Of its tasks those that may be seen. */
  readonly shown: Task[]
  readonly tasks: Task[]
  readonly executors: Executor[]
  readonly offers: Offer[]
  used?: Resources
}

type Offer = MasterSnapshot['offers'][number]

/** Indexes over a snapshot; what each holder uses is counted when somebody asks. */
export class Cluster {
  readonly snapshot: MasterSnapshot
  readonly #frameworks: Map<string, Held> = new Map()
  readonly #agents: Map<string, Held> = new Map()

  constructor({ snapshot, whole }: Pick<MasterView, 'snapshot' | 'whole'>) {
    this.snapshot = snapshot
    for (const task of snapshot.tasks) {
      heldBy(this.#frameworks, task.frameworkId).shown.push(task)
      heldBy(this.#agents, task.agentId).shown.push(task)
    }
    for (const task of whole.tasks) {
      heldBy(this.#frameworks, task.frameworkId).tasks.push(task)
      heldBy(this.#agents, task.agentId).tasks.push(task)
    }
    for (const { id, executors } of whole.agents) {
      for (const executor of executors) {
        heldBy(this.#frameworks, executor.frameworkId).executors.push(executor)
        heldBy(this.#agents, id).executors.push(executor)
      }
    }
    for (const offer of whole.offers) {
      heldBy(this.#frameworks, offer.framework_id.value).offers.push(offer)
      heldBy(this.#agents, offer.agent_id.value).offers.push(offer)
    }
  }

  tasksOf(holder: Holder): readonly Task[] {
    return this.#heldBy(holder).shown
  }

  /** What running tasks and executors hold. */
  usedBy(holder: Holder): Resources {
    const counting = count(this.#heldBy(holder))
    for (;;) {
      const { done, value } = counting.next()
      if (done === true) return value
    }
  }

  /** Counts what the frameworks use, bit by bit: they may have many tasks. */
  *counting(): Generator<void> {
    for (const held of this.#frameworks.values()) yield* count(held)
  }

  offeredTo(holder: Holder): Resources {
    return bundle(this.#heldBy(holder).offers.flatMap(({ resources }) => resources))
  }

  #heldBy(holder: Holder): Held {
    return 'agentId' in holder
      ? heldBy(this.#agents, holder.agentId)
      : heldBy(this.#frameworks, holder.frameworkId)
  }
}

function heldBy(holders: Map<string, Held>, id: string): Held {
  const known = holders.get(id)
  if (known !== undefined) return known
  const held = { shown: [], tasks: [], executors: [], offers: [] }
  holders.set(id, held)
  return held
}

function* count(held: Held): Generator<void, Resources> {
  if (held.used !== undefined) return held.used
  let sum = noResources
  let wire: Resource[] = []
  for (const { state, info } of held.tasks) {
    if (isTerminal(state)) continue
    wire.push(...info.resources)
    if (wire.length < COUNTED_AT_ONCE) continue
    sum = add(sum, bundle(wire))
    wire = []
    yield
  }
  for (const { info } of held.executors) wire.push(...(info.resources ?? []))
  sum = add(sum, bundle(wire))
  held.used = sum
  return sum
}

type Resource = Task['info']['resources'][number]

/** Resources of the wire, whatever role they are allocated to. */
export function bundle(wire: Parameters<typeof fromWire>[0]): Resources {
  return unallocated(fromWire(wire))
}

/** Resources as the endpoints show them: scalars by name, summed over reservations, ranges and sets as text. */
export function amounts(resources: Resources): Readonly<Record<string, number | string>> {
  const shown: Record<string, number | string> = { disk: 0, mem: 0, gpus: 0, cpus: 0 }
  for (const resource of toWire(resources)) {
    const { name } = resource
    if (resource.type === 'SCALAR') {
      const before = shown[name]
      const sum = (typeof before === 'number' ? before : 0) + resource.scalar.value
      shown[name] = Math.round(sum * 1000) / 1000
      continue
    }
    const items =
      resource.type === 'RANGES'
        ? resource.ranges.range.map(({ begin, end }) => `${begin}-${end}`)
        : resource.set.item
    const [open, close] = resource.type === 'RANGES' ? ['[', ']'] : ['{', '}']
    const before = shown[name]
    const listed = typeof before === 'string' ? [before.slice(1, -1), ...items] : items
    shown[name] = `${open}${listed.join(', ')}${close}`
  }
  return shown
}

/** What of `total` is reserved, by role. */
export function reservedAmounts(
  total: Resources,
): Readonly<Record<string, ReturnType<typeof amounts>>> {
  const roles = new Set<string>()
  for (const { identity } of total.values()) {
    const role = identity.reservations.at(-1)?.role
    if (role !== undefined) roles.add(role)
  }
  return Object.fromEntries(
    [...roles].sort().map((role) => [role, amounts(exactlyFor(total, role))]),
  )
}

export function unreservedAmounts(total: Resources): ReturnType<typeof amounts> {
  return amounts(unreserved(total))
}

function exactlyFor(total: Resources, role: string): Resources {
  const held = reservedFor(total, role)
  return new Map(
    [...held].filter(([, { identity }]) => identity.reservations.at(-1)?.role === role),
  )
}
