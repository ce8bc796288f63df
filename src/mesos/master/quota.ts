import type { Quota } from '../allocator/index.ts'
import { rolesOf, type ScalarValue } from '../protocol/index.ts'
import {
  addQuantities,
  containsQuantities,
  noQuantities,
  quantitiesOf,
  roleProblem,
  select,
  type Quantities,
} from '../resources/index.ts'
import type { Change } from './change.ts'
import { rescindOffers } from './offers.ts'
import type { MasterState, OfferEntry } from './state.ts'

/** Amounts by name, as the wire has them. */
export type Amounts = Readonly<Record<string, ScalarValue>>

/** The quota of one role; without guarantees and limits it has none. */
export interface QuotaConfig {
  readonly role: string
  readonly guarantees?: Amounts
  readonly limits?: Amounts
}

export interface WeightInfo {
  readonly role: string
  /** > 0. */
  readonly weight: number
}

/** What a key of the registry holds with ease, whatever its characters. */
const LONGEST_ROLE = 120

function longRole(role: string): string {
  return `Role '${role.slice(0, 20)}…' has ${role.length} characters, more than ${LONGEST_ROLE}`
}

const EXABYTE_IN_MEGABYTES = 1024 ** 4
const TRILLION = 1000 ** 4

/**
 * Why quotas can't be set so; the texts are those of Mesos. With `isForced` guarantees may be more than the cluster has.
 * @see master/quota.cpp, master/quota_handler.cpp of Apache Mesos
 */
export function quotaProblem(
  state: MasterState,
  configs: readonly QuotaConfig[],
  isForced: boolean,
): string | undefined {
  for (const config of configs) {
    const { role } = config
    if (role.length > LONGEST_ROLE) return longRole(role)
    if (role.includes('/')) {
      return `Updating quota on nested role '${role}' is not supported yet`
    }
    const problem = configProblem(config)
    if (problem !== undefined) return `Invalid QuotaConfig: ${problem}`
  }
  const over = isForced ? undefined : overcommitted(state, configs)
  return over && `Invalid QuotaConfig: total ${over} (use 'force' flag to bypass this check)`
}

/** What of the guarantees would be more than the cluster has; undefined when nothing is. */
export function overcommitted(
  state: MasterState,
  configs: readonly QuotaConfig[],
): string | undefined {
  const quotas = new Map([...state.quotas, ...configs.map(quotaOf)])
  const guaranteed = [...quotas.values()].map(({ guarantees }) => guarantees)
  const total = guaranteed.reduce(addQuantities, noQuantities)
  const capacity = [...state.agents.values()]
    .map((agent) => quantitiesOf(select(agent.total, ({ isRevocable }) => !isRevocable)))
    .reduce(addQuantities, noQuantities)
  return containsQuantities(capacity, total)
    ? undefined
    : `quota guarantees '${said(total)}' exceed cluster capacity '${said(capacity)}'`
}

/** Sets quotas that are in order. Of what is on offer as much comes back as they need, so that the next run can heed them. */
export function updateQuota(change: Change, configs: readonly QuotaConfig[]): void {
  const changed = new Map(configs.map(quotaOf))
  const all = new Map([...change.state.quotas, ...changed])
  for (const [role, { guarantees, limits }] of changed) {
    if (guarantees.size === 0 && limits.size === 0) all.delete(role)
  }
  change.state = { ...change.state, quotas: all }
  change.tellAllocator({ type: 'quotas-updated', quotas: changed })
  for (const [role, { guarantees, limits }] of changed) {
    if (guarantees.size > 0) freeForGuarantees(change, role, guarantees)
    if (limits.size > 0) {
      rescindOffers(change, (entry) => isWithin(entry.role, role), 'a quota limits its role')
    }
  }
}

/**
 * Takes all offers of one agent after the other back until that is as much as is guaranteed, and of as many agents as there
 * are frameworks to serve.
 * @see master/quota_handler.cpp of Apache Mesos, `rescindOffers`
 */
function freeForGuarantees(change: Change, role: string, guarantees: Quantities): void {
  const offers = new Map<string, OfferEntry[]>()
  for (const entry of change.state.offers.values()) {
    const { agentId } = entry.holding
    const there = offers.get(agentId)
    if (there === undefined) offers.set(agentId, [entry])
    else there.push(entry)
  }
  const served = [...change.state.frameworks.values()].filter(
    ({ connection, info }) =>
      connection !== undefined && rolesOf(info).some((one) => isWithin(one, role)),
  )
  const taken = new Set<OfferEntry>()
  let freed = noQuantities
  let agents = 0
  for (const there of offers.values()) {
    if (agents >= served.length && containsQuantities(freed, guarantees)) break
    agents++
    for (const entry of there) {
      taken.add(entry)
      freed = addQuantities(freed, quantitiesOf(entry.holding.resources))
    }
  }
  rescindOffers(change, (entry) => taken.has(entry), 'a quota guarantees what it offers')
}

/** Whether a role is that one, or below it. */
function isWithin(role: string, top: string): boolean {
  return role === top || role.startsWith(`${top}/`)
}

/** Why weights can't be set so; the texts are those of Mesos. @see master/weights_handler.cpp of Apache Mesos */
export function weightsProblem(infos: readonly WeightInfo[]): string | undefined {
  for (const { role, weight } of infos) {
    if (role.length > LONGEST_ROLE) return longRole(role)
    const wrong = roleProblem(role)
    if (wrong !== undefined) {
      return `Failed to validate update weights request JSON: Invalid role '${role}': ${wrong}`
    }
    if (!(weight > 0)) {
      return `Failed to validate update weights request JSON for role '${role}': Invalid weight '${weight}': Weights must be positive`
    }
  }
  return undefined
}

/** Sets weights that are in order. If a framework is in one of the roles, what is on offer comes back. */
export function updateWeights(change: Change, infos: readonly WeightInfo[]): void {
  const weights = new Map(infos.map(({ role, weight }) => [role, weight]))
  change.tellAllocator({ type: 'weights-updated', weights })
  const isUsed = [...change.state.frameworks.values()].some(({ info }) =>
    rolesOf(info).some((role) => weights.has(role)),
  )
  if (isUsed) rescindOffers(change, () => true, 'weights have changed')
}

function configProblem({ role, guarantees = {}, limits = {} }: QuotaConfig): string | undefined {
  if (role === '') return "'QuotaConfig.role' must be set"
  const wrong = roleProblem(role)
  if (wrong !== undefined) return `Invalid 'QuotaConfig.role': ${wrong}`
  for (const [what, amounts] of [
    ['guarantees', guarantees],
    ['limits', limits],
  ] as const) {
    const tooLarge = sizeProblem(amounts)
    if (tooLarge !== undefined) return `Invalid 'QuotaConfig.${what}': ${tooLarge}`
  }
  for (const [what, amounts] of [
    ['guarantee', guarantees],
    ['limit', limits],
  ] as const) {
    for (const [name, { value }] of Object.entries(amounts)) {
      const problem = scalarProblem(value)
      if (problem === undefined) continue
      return `Invalid ${what} configuration {'${name}': ${value}}: ${problem}`
    }
  }
  const isWithin = Object.entries(guarantees).every(
    ([name, { value }]) => value <= (limits[name]?.value ?? Number.POSITIVE_INFINITY),
  )
  return isWithin
    ? undefined
    : `'QuotaConfig.guarantees' ${listed(guarantees)} is not contained within the 'QuotaConfig.limits' ${listed(limits)}`
}

function sizeProblem(amounts: Amounts): string | undefined {
  for (const [name, { value }] of Object.entries(amounts)) {
    const isBytes = name === 'mem' || name === 'disk'
    const most = isBytes ? EXABYTE_IN_MEGABYTES : TRILLION
    if (!(value > most)) continue
    const unit = isBytes ? '1 exabyte' : '1 trillion'
    return `{'${name}': ${value}} is invalid: values greater than ${unit} (${most}) are not supported`
  }
  return undefined
}

/** What is wrong with a scalar that somebody sends, in Mesos' words. */
export function scalarProblem(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN not supported'
  if (!Number.isFinite(value)) return 'Infinite values not supported'
  return value < 0 ? 'Negative values not supported' : undefined
}

/** A role, and its quota in thousandths. */
export function quotaOf({
  role,
  guarantees = {},
  limits = {},
}: QuotaConfig): readonly [string, Quota] {
  const sure = [...amountsOf(guarantees)].filter(([, thousandths]) => thousandths > 0)
  return [role, { guarantees: new Map(sure), limits: amountsOf(limits) }]
}

/** In thousandths; zeros stay. */
export function amountsOf(amounts: Amounts): Quantities {
  return new Map(
    Object.entries(amounts).map(([name, { value }]) => [name, Math.round(value * 1000)]),
  )
}

function said(quantities: Quantities): string {
  const parts = [...quantities].sort(([a], [b]) => (a < b ? -1 : 1))
  return parts.map(([name, thousandths]) => `${name}:${thousandths / 1000}`).join('; ') || '{}'
}

function listed(amounts: Amounts): string {
  const parts = Object.entries(amounts).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{ ${parts.map(([name, { value }]) => `${name}: ${value}`).join(', ')} }`
}
