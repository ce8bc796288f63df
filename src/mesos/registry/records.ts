import type { StoreChange } from '../../platform/index.ts'
import { MesosError } from '../errors.ts'
import type { AgentInfo } from '../protocol/index.ts'
import { emptyRegistry, type Registry, type RegistryChange, type RoleQuota } from './registry.ts'

const FORMAT = 'troupe-registry-1'
const FORMAT_KEY = 'format'
const EPOCH_KEY = 'epoch'

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** What the table of a store holds of each change: one record per agent, per role with a quota, per role with a weight. */
export function recordsOf(change: RegistryChange): readonly StoreChange[] {
  switch (change.type) {
    case 'epoch-begun':
      return [
        [FORMAT_KEY, encode(FORMAT)],
        [EPOCH_KEY, encode(change)],
      ]
    case 'agent-forgotten':
      return [[`agent/${change.id}`, undefined]]
    case 'agent-admitted':
    case 'agent-unreachable':
    case 'agent-gone':
      return [[`agent/${change.id}`, encode(change)]]
    case 'quota-set':
      return [[`quota/${change.quota.role}`, hasQuota(change.quota) ? encode(change) : undefined]]
    case 'weight-set':
      return [[`weight/${change.role}`, change.weight === 1 ? undefined : encode(change)]]
  }
}

/** Reads what {@link recordsOf} wrote. @throws TROUPE_MESOS_REGISTRY_UNREADABLE */
export function registryOf(entries: ReadonlyMap<string, Uint8Array>): Registry {
  if (entries.size === 0) return emptyRegistry
  if (read(FORMAT_KEY, entries.get(FORMAT_KEY)) !== FORMAT) {
    throw unreadable(FORMAT_KEY, `it is not ${FORMAT}`)
  }
  const changes = [...entries].flatMap(([key, bytes]) =>
    key === FORMAT_KEY ? [] : [changeOf(key, bytes)],
  )
  const since = (one: RegistryChange): number => ('unixMs' in one ? one.unixMs : 0)
  changes.sort((a, b) => since(a) - since(b))
  let epoch = 0
  const admitted = new Map<string, AgentInfo>()
  const [unreachable, gone] = [new Map<string, number>(), new Map<string, number>()]
  const quotas = new Map<string, RoleQuota>()
  const weights = new Map<string, number>()
  for (const change of changes) {
    switch (change.type) {
      case 'epoch-begun':
        epoch = change.epoch
        break
      case 'agent-admitted':
        admitted.set(change.id, change.info)
        break
      case 'agent-unreachable':
        unreachable.set(change.id, change.unixMs)
        break
      case 'agent-gone':
        gone.set(change.id, change.unixMs)
        break
      case 'agent-forgotten':
        break
      case 'quota-set':
        quotas.set(change.quota.role, change.quota)
        break
      case 'weight-set':
        weights.set(change.role, change.weight)
    }
  }
  return { epoch, admitted, unreachable, gone, quotas, weights }
}

function changeOf(key: string, bytes: Uint8Array): RegistryChange {
  const change = read(key, bytes) as RegistryChange | undefined
  const isSame = change !== undefined && recordsOf(change).some(([own]) => own === key)
  if (!isSame) throw unreadable(key, 'it belongs to another key')
  return change
}

function read(key: string, bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) throw unreadable(key, 'it is missing')
  try {
    return JSON.parse(decoder.decode(bytes))
  } catch (cause) {
    throw unreadable(key, 'it is no JSON', cause)
  }
}

function hasQuota({ guarantees = {}, limits = {} }: RoleQuota): boolean {
  return Object.keys(guarantees).length > 0 || Object.keys(limits).length > 0
}

function encode(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}

function unreadable(key: string, why: string, cause?: unknown): MesosError {
  return new MesosError(
    'TROUPE_MESOS_REGISTRY_UNREADABLE',
    `The registry's record '${key}' can't be read: ${why}. Restore the registry of the master's work directory, or begin with an empty one; agents then register anew.`,
    { cause, data: { key } },
  )
}
