import type { Operation, Resource } from '../protocol/index.ts'
import {
  add,
  fromWire,
  withoutLastReservation,
  withoutVolumes,
  type Resources,
} from '../resources/index.ts'

/** An operation that changes what resources are, not who uses them. */
export type ResourceOperation = Exclude<
  Operation,
  { readonly type: 'LAUNCH' } | { readonly type: 'LAUNCH_GROUP' }
>

/** Resources that become others: as much of each kind before as after. */
export interface Conversion {
  readonly consumed: Resources
  readonly converted: Resources
}

/**
 * What an operation makes of what, step by step. It is in order (`operationProblem`) when this is asked.
 * @see common/resources_utils.cpp of Apache Mesos, `getResourceConversions`
 */
export function conversionsOf(operation: ResourceOperation): readonly Conversion[] {
  switch (operation.type) {
    case 'RESERVE': {
      const { resources, source } = operation.reserve
      if (source !== undefined && source.length > 0) {
        return [{ consumed: fromWire(source), converted: fromWire(resources) }]
      }
      return resources.map((one) => {
        const converted = fromWire([one])
        return { consumed: withoutLastReservation(converted), converted }
      })
    }
    case 'UNRESERVE':
      return operation.unreserve.resources.map((one) => {
        const consumed = fromWire([one])
        return { consumed, converted: withoutLastReservation(consumed) }
      })
    case 'CREATE':
      return operation.create.volumes.map((volume) => {
        const converted = fromWire([volume])
        return { consumed: withoutVolumes(converted), converted }
      })
    case 'DESTROY':
      return operation.destroy.volumes.map((volume) => {
        const consumed = fromWire([volume])
        return { consumed, converted: withoutVolumes(consumed) }
      })
    case 'GROW_VOLUME': {
      const { volume, addition } = operation.grow_volume
      const grown = resized(volume, sizeOf(volume) + sizeOf(addition))
      const consumed = add(fromWire([volume]), fromWire([addition]))
      return [{ consumed, converted: fromWire([grown]) }]
    }
    case 'SHRINK_VOLUME': {
      const { volume, subtract } = operation.shrink_volume
      const shrunk = fromWire([resized(volume, sizeOf(volume) - subtract.value)])
      const freed = withoutVolumes(fromWire([resized(volume, subtract.value)]))
      return [{ consumed: fromWire([volume]), converted: add(shrunk, freed) }]
    }
  }
}

/** The resources that an operation names, in the order in which it names them. */
export function resourcesOf(operation: ResourceOperation): readonly Resource[] {
  switch (operation.type) {
    case 'RESERVE':
      return operation.reserve.resources
    case 'UNRESERVE':
      return operation.unreserve.resources
    case 'CREATE':
      return operation.create.volumes
    case 'DESTROY':
      return operation.destroy.volumes
    case 'GROW_VOLUME':
      return [operation.grow_volume.volume, operation.grow_volume.addition]
    case 'SHRINK_VOLUME':
      return [operation.shrink_volume.volume]
  }
}

/** The same operation on resources that are allocated to `role`, where it does not say to whom. */
export function allocatedOperation(operation: ResourceOperation, role: string): ResourceOperation {
  const one = (resource: Resource): Resource =>
    resource.allocation_info === undefined ? { allocation_info: { role }, ...resource } : resource
  switch (operation.type) {
    case 'RESERVE': {
      const { resources, source } = operation.reserve
      const reserve = {
        resources: resources.map(one),
        ...(source !== undefined && { source: source.map(one) }),
      }
      return { ...operation, reserve }
    }
    case 'UNRESERVE':
      return { ...operation, unreserve: { resources: operation.unreserve.resources.map(one) } }
    case 'CREATE':
      return { ...operation, create: { volumes: operation.create.volumes.map(one) } }
    case 'DESTROY':
      return { ...operation, destroy: { volumes: operation.destroy.volumes.map(one) } }
    case 'GROW_VOLUME': {
      const { volume, addition } = operation.grow_volume
      return { ...operation, grow_volume: { volume: one(volume), addition: one(addition) } }
    }
    case 'SHRINK_VOLUME': {
      const { volume, subtract } = operation.shrink_volume
      return { ...operation, shrink_volume: { volume: one(volume), subtract } }
    }
  }
}

/** Of a scalar resource; 0 of another. */
export function sizeOf(resource: Resource): number {
  return resource.type === 'SCALAR' ? resource.scalar.value : 0
}

function resized(resource: Resource, value: number): Resource {
  return resource.type === 'SCALAR' ? { ...resource, scalar: { value } } : resource
}
