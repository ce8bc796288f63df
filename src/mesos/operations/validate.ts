import { hasCapability, rolesOf, type FrameworkInfo, type Resource } from '../protocol/index.ts'
import {
  contains,
  describeResource,
  describeResources,
  equals,
  formProblem,
  fromWire,
  identityOf,
  isDynamic,
  isVolume,
  reservationRole,
  resourceProblem,
  resourcesProblem,
  toUnreserved,
  toWire,
  unallocated,
  withoutVolume,
  type Resources,
} from '../resources/index.ts'
import { resourcesOf, sizeOf, type ResourceOperation } from './conversions.ts'

/** Who asks for an operation, and what there is on the agent that it concerns. */
export interface OperationContext {
  /** The framework that asks, and the role that its offers are allocated to; absent for an operator. */
  readonly framework?: {
    readonly id: string
    readonly info: FrameworkInfo
    readonly role: string
  }
  /** Who the operator is, or whom the framework runs for. */
  readonly principal?: string | undefined
  /** All that is reserved dynamically on the agent, or a volume there. Unallocated. */
  readonly checkpointed: Resources
  /** What tasks and executors use there. */
  readonly inUse: readonly Resources[]
}

type OperationOf<T extends ResourceOperation['type']> = Extract<
  ResourceOperation,
  { readonly type: T }
>

/** What is wrong with the form of the resources that an operation names, in the words of Mesos; undefined if nothing is. */
export function malformed(operation: ResourceOperation): string | undefined {
  switch (operation.type) {
    case 'GROW_VOLUME': {
      const { volume, addition } = operation.grow_volume
      return resourceProblem(volume) ?? resourceProblem(addition)
    }
    case 'SHRINK_VOLUME':
      return resourceProblem(operation.shrink_volume.volume)
    case 'RESERVE':
      return formProblem([...operation.reserve.resources, ...(operation.reserve.source ?? [])])
    default:
      return formProblem(resourcesOf(operation))
  }
}

/**
 * What is wrong with an operation whose resources are well formed, in the words of Mesos; undefined if nothing is. They are
 * allocated already, if it is a framework's.
 * @see master/validation.cpp of Apache Mesos, `operation::validate`
 */
export function operationProblem(
  operation: ResourceOperation,
  context: OperationContext,
): string | undefined {
  switch (operation.type) {
    case 'RESERVE':
      return (
        resourcesInvalid(operation) ??
        sourceProblem(operation) ??
        operation.reserve.resources
          .map((one) => reserveProblem(one, context))
          .find((problem) => problem !== undefined)
      )
    case 'UNRESERVE':
      return resourcesInvalid(operation) ?? unreserveProblem(operation.unreserve.resources)
    case 'CREATE':
      return resourcesInvalid(operation) ?? createProblem(operation.create.volumes, context)
    case 'DESTROY':
      return resourcesInvalid(operation) ?? destroyProblem(operation.destroy.volumes, context)
    case 'GROW_VOLUME':
      return growProblem(operation.grow_volume)
    case 'SHRINK_VOLUME':
      return shrinkProblem(operation.shrink_volume)
  }
}

function resourcesInvalid(operation: ResourceOperation): string | undefined {
  const resources = resourcesOf(operation)
  const problem = resourcesProblem(resources)
  if (problem !== undefined) return `Invalid resources: ${problem}`
  // The words are those of Mesos, which counts the providers of nothing.
  return resources.length === 0
    ? 'Invalid resources: The resources have multiple resource providers: '
    : undefined
}

function sourceProblem({ reserve }: OperationOf<'RESERVE'>): string | undefined {
  const { resources, source = [] } = reserve
  if (source.length === 0) return undefined
  const problem = resourcesProblem(source) ?? mixed(source)
  if (problem !== undefined) return `Invalid source: ${problem}`
  const wrong = mixed(resources)
  if (wrong !== undefined) return `Invalid resources: ${wrong}`
  const [from, to] = [source, resources].map((all) => toUnreserved(fromWire(all)))
  if (from === undefined || to === undefined || equals(from, to)) return undefined
  return `Source and target resources should refer to identical resource quantities: ${describeResources(from)} vs. ${describeResources(to)}`
}

function mixed(resources: readonly Resource[]): string | undefined {
  const stacks = new Set(resources.map((one) => JSON.stringify(identityOf(one).reservations)))
  return stacks.size > 1
    ? `Mixed reservations are not supported${JSON.stringify(resources)}`
    : undefined
}

function reserveProblem(resource: Resource, context: OperationContext): string | undefined {
  const text = describeResource(resource)
  const identity = identityOf(resource)
  const reservation = identity.reservations.at(-1)
  if (reservation === undefined || !isDynamic(identity)) {
    return `Resource ${text} is not dynamically reserved`
  }
  const { framework, principal } = context
  if (principal !== undefined) {
    if (reservation.principal === undefined) {
      return `A reserve operation was attempted by principal '${principal}', but there is a reserved resource in the request with no principal set`
    }
    if (reservation.principal !== principal) {
      return `A reserve operation was attempted by authenticated principal '${principal}', which does not match a reserved resource in the request with principal '${reservation.principal}'`
    }
  }
  const { role } = reservation
  const { allocationRole } = identity
  if (framework === undefined) {
    return allocationRole === undefined
      ? undefined
      : 'A reserve operation was attempted with an allocated resource, but the operator API only allows reservations to be made to unallocated resources'
  }
  if (allocationRole !== role) {
    return `A reserve operation was attempted for a resource with role '${role}', but the resource was allocated to role '${allocationRole ?? ''}'`
  }
  const roles = rolesOf(framework.info)
  return roles.includes(role)
    ? undefined
    : `A reserve operation was attempted for a resource allocated to role '${role}', but the framework only has roles '{ ${roles.join(', ')} }'`
}

function unreserveProblem(resources: readonly Resource[]): string | undefined {
  for (const resource of resources) {
    const identity = identityOf(resource)
    const text = describeResource(resource)
    if (!isDynamic(identity)) return `Resource ${text} is not dynamically reserved`
    if (isVolume(identity)) {
      return `A dynamically reserved persistent volume ${text} cannot be unreserved directly. Please destroy the persistent volume first then unreserve the resource`
    }
  }
  return undefined
}

function createProblem(
  volumes: readonly Resource[],
  context: OperationContext,
): string | undefined {
  const problem = volumeProblem(volumes)
  if (problem !== undefined) return `Not a persistent volume: ${problem}`
  const { checkpointed, framework, principal } = context
  const twice = persistenceProblem([...toWire(checkpointed), ...volumes])
  if (twice !== undefined) return twice
  for (const volume of volumes) {
    if (
      framework !== undefined &&
      volume.shared !== undefined &&
      !hasCapability(framework.info, 'SHARED_RESOURCES')
    ) {
      return `Create volume operation for '${describeResource(volume)}' has been attempted by framework '${framework.id}' with no SHARED_RESOURCES capability`
    }
    const owner = volume.disk?.persistence?.principal
    if (principal === undefined || owner === principal) continue
    return owner === undefined
      ? `Create volume operation attempted by principal '${principal}', but there is a volume in the operation with no principal set in 'disk.persistence'`
      : `Create volume operation attempted by authenticated principal '${principal}', which does not match a volume in the operation with principal '${owner}' set in 'disk.persistence'`
  }
  const roles = new Set(volumes.map((one) => one.allocation_info?.role))
  if (framework === undefined || roles.size < 2) return undefined
  const [first, other] = roles
  return `Invalid volume resources: The resources have multiple allocation roles ('${other ?? ''}' and '${first ?? ''}') but only one allocation role is allowed`
}

function destroyProblem(
  volumes: readonly Resource[],
  { checkpointed, inUse }: OperationContext,
): string | undefined {
  const problem = volumeProblem(volumes)
  if (problem !== undefined) return `Not a persistent volume: ${problem}`
  const asked = volumes.map((volume) => unallocated(fromWire([volume])))
  if (!asked.every((volume) => contains(checkpointed, volume))) {
    return 'Persistent volumes not found'
  }
  const used = inUse.map(unallocated)
  return asked.some((volume) => used.some((resources) => contains(resources, volume)))
    ? 'Persistent volumes in use'
    : undefined
}

function growProblem({
  volume,
  addition,
}: OperationOf<'GROW_VOLUME'>['grow_volume']): string | undefined {
  if (sizeOf(addition) <= 0) {
    return "The size of 'GrowVolume.addition' field must be greater than zero"
  }
  const problem = volumeProblem([volume])
  if (problem !== undefined) {
    return `Invalid persistent volume in the 'GrowVolume.volume' field: ${problem}`
  }
  if (volume.shared !== undefined) return 'Growing a shared persistent volume is not supported'
  const isMount = volume.disk?.source?.type === 'MOUNT'
  return isMount || withoutVolume(identityOf(volume)).key !== identityOf(addition).key
    ? "Incompatible resources in the 'GrowVolume.volume' and 'GrowVolume.addition' fields"
    : undefined
}

function shrinkProblem({
  volume,
  subtract,
}: OperationOf<'SHRINK_VOLUME'>['shrink_volume']): string | undefined {
  const less = Math.round(subtract.value * 1000)
  if (less <= 0) return "Value of 'ShrinkVolume.subtract' must be greater than zero"
  if (Math.round(sizeOf(volume) * 1000) <= less) {
    return "Value of 'ShrinkVolume.subtract' must be smaller than the size of 'ShrinkVolume.volume'"
  }
  if (volume.disk?.source?.type === 'MOUNT') {
    return 'Shrinking a volume on a MOUNT disk is not supported'
  }
  const problem = volumeProblem([volume])
  if (problem !== undefined) {
    return `Invalid persistent volume in the 'ShrinkVolume.volume' field: ${problem}`
  }
  return volume.shared === undefined
    ? undefined
    : 'Shrinking a shared persistent volume is not supported'
}

function volumeProblem(volumes: readonly Resource[]): string | undefined {
  for (const one of volumes) {
    if (one.disk === undefined) return `Resource ${describeResource(one)} does not have DiskInfo`
    const { persistence, volume } = one.disk
    if (persistence === undefined) return "'persistence' is not set in DiskInfo"
    if (volume === undefined) return "Expecting 'volume' to be set for persistent volume"
    if (volume.mode === 'RO') return 'Read-only persistent volume not supported'
  }
  return undefined
}

/** The id of a volume that comes twice for one role, in the words of Mesos. */
export function persistenceProblem(resources: readonly Resource[]): string | undefined {
  let seen: Set<string> | undefined
  for (const resource of resources) {
    const id = resource.disk?.persistence?.id
    if (id === undefined) continue
    const key = `${reservationRole(identityOf(resource))} ${id}`
    if (seen?.has(key) === true) return `Persistence ID '${id}' is not unique`
    seen = (seen ?? new Set()).add(key)
  }
  return undefined
}
