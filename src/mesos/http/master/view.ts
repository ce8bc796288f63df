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
  /** Unix time in milliseconds. */
  readonly startedUnixMs: number
  readonly nowUnixMs: number
}

export type Agent = MasterSnapshot['agents'][number]
export type Framework = FrameworkSnapshot
export type Task = TaskSnapshot
export type Executor = Agent['executors'][number]

/** Whom something is counted for. */
interface Holder {
  readonly frameworkId?: string
  readonly agentId?: string
}

/** Indexes over a snapshot, each made once for an answer. */
export class Cluster {
  readonly snapshot: MasterSnapshot
  readonly #tasks: Map<string, Task[]> = new Map()
  readonly #used: Map<string, Resources> = new Map()
  readonly #offered: Map<string, Resources> = new Map()

  constructor({ snapshot, whole }: Pick<MasterView, 'snapshot' | 'whole'>) {
    this.snapshot = snapshot
    for (const task of snapshot.tasks) {
      for (const key of keysOf(task)) {
        const among = this.#tasks.get(key)
        if (among === undefined) this.#tasks.set(key, [task])
        else among.push(task)
      }
    }
    for (const task of whole.tasks) {
      if (isTerminal(task.state)) continue
      const resources = bundle(task.info.resources)
      put(this.#used, keysOf(task), (sum = noResources) => add(sum, resources))
    }
    for (const { id: agentId, executors } of whole.agents) {
      for (const { frameworkId, info } of executors) {
        const resources = bundle(info.resources ?? [])
        put(this.#used, keysOf({ frameworkId, agentId }), (sum = noResources) =>
          add(sum, resources),
        )
      }
    }
    for (const { framework_id, agent_id, resources } of whole.offers) {
      const offered = bundle(resources)
      const keys = keysOf({ frameworkId: framework_id.value, agentId: agent_id.value })
      put(this.#offered, keys, (sum = noResources) => add(sum, offered))
    }
  }

  tasksOf(holder: Holder): readonly Task[] {
    return this.#tasks.get(keyOf(holder)) ?? []
  }

  /** What running tasks and executors hold. */
  usedBy(holder: Holder): Resources {
    return this.#used.get(keyOf(holder)) ?? noResources
  }

  offeredTo(holder: Holder): Resources {
    return this.#offered.get(keyOf(holder)) ?? noResources
  }
}

function keysOf(holder: Required<Holder>): readonly string[] {
  const { frameworkId, agentId } = holder
  return [keyOf({ frameworkId }), keyOf({ agentId }), keyOf(holder)]
}

function keyOf({ frameworkId = '', agentId = '' }: Holder): string {
  return `${frameworkId}\n${agentId}`
}

function put<V>(map: Map<string, V>, keys: readonly string[], next: (old?: V) => V): void {
  for (const key of keys) map.set(key, next(map.get(key)))
}

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
