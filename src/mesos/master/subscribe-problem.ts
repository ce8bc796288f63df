import { hasCapability, rolesOf, type FrameworkInfo } from '../protocol/index.ts'
import { idProblem, roleProblem } from '../resources/index.ts'
import { registerProblem } from './authorization.ts'
import { scalarProblem } from './quota.ts'
import type { MasterState } from './state.ts'

/**
 * Why a framework can't subscribe so; the texts are those of Mesos.
 * @see master/validation.cpp of Apache Mesos, `framework::validate`
 */
export function subscribeProblem(
  state: MasterState,
  info: FrameworkInfo,
  id: string | undefined,
  suppressedRoles: readonly string[],
): string | undefined {
  return (
    rolesProblem(info) ??
    absentRoleProblem(state, info) ??
    (id === undefined ? undefined : idProblem(id)) ??
    offerFiltersProblem(info) ??
    failoverProblem(info) ??
    suppressionProblem(rolesOf(info), suppressedRoles) ??
    principalProblem(state.frameworks.get(id ?? '')?.info, info) ??
    (id !== undefined && state.removedFrameworks.includes(id)
      ? 'Framework has been removed'
      : undefined) ??
    registerProblem(state.options.acls, info, id)
  )
}

/** Why a framework can't say anew what it is; the texts are those of Mesos. @see Master::updateFramework in master/http.cpp of Apache Mesos */
export function updateProblem(
  state: MasterState,
  frameworkId: string,
  info: FrameworkInfo,
  suppressedRoles: readonly string[],
): string | undefined {
  const framework = state.frameworks.get(frameworkId)
  if (framework === undefined) return 'Framework cannot be found'
  // What is compared with what it was comes after what is wrong in any case.
  const wrong = subscribeProblem(
    { ...state, frameworks: state.frameworks.without(frameworkId) },
    info,
    frameworkId,
    suppressedRoles,
  )
  if (wrong !== undefined) return `Supplied FrameworkInfo is not valid: ${wrong}`
  const changed =
    principalProblem(framework.info, info) ??
    unchangeable('user', framework.info.user, info.user) ??
    unchangeable('checkpoint', framework.info.checkpoint ?? false, info.checkpoint ?? false)
  return changed && `FrameworkInfo update is not valid: ${changed}`
}

function principalProblem(
  before: FrameworkInfo | undefined,
  info: FrameworkInfo,
): string | undefined {
  return before === undefined || before.principal === info.principal
    ? undefined
    : "Changing framework's principal is not allowed."
}

function unchangeable<T extends string | boolean>(
  field: string,
  from: T,
  to: T,
): string | undefined {
  return from === to
    ? undefined
    : `Updating 'FrameworkInfo.${field}' is unsupported; attempted to update from '${from}' to '${to}'`
}

/** A time is a number of nanoseconds in 64 bits. */
function failoverProblem({ failover_timeout: seconds = 0 }: FrameworkInfo): string | undefined {
  return Math.abs(seconds) * 1e9 < 2 ** 63
    ? undefined
    : `The framework failover_timeout (${seconds.toPrecision(6).replace(/\.?0*e/, 'e')}) is invalid`
}

function rolesProblem(info: FrameworkInfo): string | undefined {
  const isMultiRole = hasCapability(info, 'MULTI_ROLE')
  const { role, roles = [] } = info
  if (!isMultiRole) {
    if (roles.length > 0) {
      return "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable"
    }
    const problem = roleProblem(role ?? '*')
    return problem && `'FrameworkInfo.role' is not a valid role: ${problem}`
  }
  if (role !== undefined) {
    return "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable"
  }
  const twice = [...new Set(roles.filter((one, at) => roles.indexOf(one) !== at))]
  if (twice.length > 0) {
    return `'FrameworkInfo.roles' contains duplicate items: { ${twice.join(', ')} }`
  }
  const problem = roles.map(roleProblem).find((one) => one !== undefined)
  return problem && `'FrameworkInfo.roles' contains invalid role: ${problem}`
}

function absentRoleProblem(
  { options: { roles } }: MasterState,
  info: FrameworkInfo,
): string | undefined {
  const absent = rolesOf(info).find((role) => role !== '*' && roles?.has(role) === false)
  return absent && `Role '${absent}' is not present in the master's --roles`
}

function suppressionProblem(
  roles: readonly string[],
  suppressed: readonly string[],
): string | undefined {
  const other = suppressed.find((role) => !roles.includes(role))
  return other === undefined
    ? undefined
    : `Suppressed role '${other}' is not contained in the list of roles`
}

function offerFiltersProblem({ offer_filters = {} }: FrameworkInfo): string | undefined {
  for (const { min_allocatable_resources } of Object.values(offer_filters)) {
    for (const { quantities = {} } of min_allocatable_resources?.quantities ?? []) {
      const entries = Object.entries(quantities)
      if (entries.length === 0) return 'Resource quantities must contain at least one quantity'
      for (const [name, { value }] of entries) {
        const problem = scalarProblem(value)
        if (problem !== undefined) return `Invalid resource quantity for '${name}': ${problem}`
      }
    }
  }
  return undefined
}
