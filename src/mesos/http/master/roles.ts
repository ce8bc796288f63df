import { reservationRole, toWire, type Quantities, type Resources } from '../../resources/index.ts'
import type { MessageValue } from '../wire/index.ts'
import { bundle, type MasterView } from './view.ts'

type Amounts = Readonly<Record<string, number>>

/** The answer of `/roles`. */
export function rolesJson({ snapshot }: MasterView): unknown {
  return {
    roles: snapshot.roles.map((account) => {
      const { role, weight, quota, frameworkIds } = account
      const offered = offeredTo(snapshot, role)
      const held = amountsOf(account.held)
      return {
        name: role,
        weight,
        quota: {
          role,
          guarantee: quota === undefined ? {} : amountsOf(quota.guarantees),
          limit: quota === undefined ? {} : amountsOf(quota.limits),
          consumed: amountsOf(account.consumed),
        },
        resources: held,
        allocated: without(held, offered),
        offered,
        reserved: reservedFor(snapshot, role),
        frameworks: frameworkIds,
      }
    }),
  }
}

/** The weights that were set. */
export function weightsJson({ snapshot }: MasterView): readonly MessageValue[] {
  return snapshot.roles
    .filter(({ isWeighted }) => isWeighted)
    .map(({ role, weight }) => ({ role, weight }))
}

/** The answer of `/quota`: in the old form (`infos`, guarantees only) and in the new one. */
export function quotaJson({ whole, allows }: MasterView): MessageValue {
  const withQuota = whole.roles.filter(
    ({ role, quota }) => quota !== undefined && allows('get_quotas', role),
  )
  if (withQuota.length === 0) return {}
  return {
    infos: withQuota.map(({ role, quota }) => ({
      role,
      guarantee: Object.entries(amountsOf(quota?.guarantees)).map(([name, value]) => ({
        name,
        type: 'SCALAR',
        scalar: { value },
      })),
    })),
    configs: withQuota.map(({ role, quota }) => ({
      role,
      guarantees: scalars(quota?.guarantees),
      limits: scalars(quota?.limits),
    })),
  }
}

function scalars(quantities: Quantities | undefined): MessageValue {
  const entries = Object.entries(amountsOf(quantities))
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]))
}

function amountsOf(quantities: Quantities = new Map()): Amounts {
  return Object.fromEntries(
    [...quantities].map(([name, thousandths]) => [name, thousandths / 1000]),
  )
}

function offeredTo({ offers }: MasterView['snapshot'], role: string): Amounts {
  const all = offers.filter(({ allocation_info }) => allocation_info?.role === role)
  return summed(all.map(({ resources }) => bundle(resources)))
}

function reservedFor({ agents }: MasterView['snapshot'], role: string): Amounts {
  if (role === '*') return {}
  return summed(
    agents.map(
      ({ total }) =>
        new Map([...bundle(total)].filter(([, item]) => reservationRole(item.identity) === role)),
    ),
  )
}

function summed(bundles: readonly Resources[]): Amounts {
  const sums: Record<string, number> = {}
  for (const resource of bundles.flatMap((one) => toWire(one))) {
    if (resource.type !== 'SCALAR') continue
    const { name, scalar } = resource
    sums[name] = Math.round(((sums[name] ?? 0) + scalar.value) * 1000) / 1000
  }
  return sums
}

function without(all: Amounts, part: Amounts): Amounts {
  const rest = Object.entries(all).map(
    ([name, amount]) => [name, Math.round((amount - (part[name] ?? 0)) * 1000) / 1000] as const,
  )
  return Object.fromEntries(rest.filter(([, amount]) => amount > 0))
}
