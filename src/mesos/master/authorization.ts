import { jsonCodec, messageType } from '../http/wire/index.ts'
import type { ResourceOperation } from '../operations/index.ts'
import { rolesOf, type FrameworkInfo, type Resource, type TaskInfo } from '../protocol/index.ts'
import { isAllowed, type Acls, type Action } from '../security/index.ts'

const RESOURCE = messageType('Resource')
/** As whom an agent that may run a command as anybody runs what names nobody. */
const OF_NO_NAME = 'root'

/** Why a framework may not register so; the texts here are those of Mesos. @see master/master.cpp of Apache Mesos */
export function registerProblem(
  acls: Acls | undefined,
  info: FrameworkInfo,
  id: string | undefined,
): string | undefined {
  const roles = rolesOf(info)
  return roles.every((role) => isAllowed(acls, 'register_frameworks', info.principal, role))
    ? undefined
    : `Not authorized to register framework ${id ?? ''} with roles { ${roles.join(', ')} }`
}

/** Why a framework may not run the task. */
export function runProblem(
  acls: Acls | undefined,
  info: FrameworkInfo,
  frameworkId: string,
  task: TaskInfo,
): string | undefined {
  const user = task.command?.user ?? task.executor?.command?.user ?? info.user
  if (isAllowed(acls, 'run_tasks', info.principal, user === '' ? OF_NO_NAME : user))
    return undefined
  const what = `launch task ${task.task_id.value} of framework ${frameworkId}`
  return `${whoIs(info.principal)} no authorized to ${what} under user '${user}'`
}

/** Why that principal may not carry the operation out. */
export function operationProblem(
  acls: Acls | undefined,
  principal: string | undefined,
  operation: ResourceOperation,
): string | undefined {
  if (acls === undefined) return undefined
  const { name, action, objects } = needsOf(operation)
  for (const { value, resource } of objects) {
    if (isAllowed(acls, action, principal, value)) continue
    const shown = new TextDecoder().decode(jsonCodec.encode(RESOURCE, { ...resource }))
    const object = `{${value === undefined ? '' : `"value":${JSON.stringify(value)},`}"resource":${shown}}`
    return `${whoIs(principal)} no authorized to perform action ${name} on object ${object}`
  }
  return undefined
}

interface Needs {
  /** As Mesos calls it. */
  readonly name: string
  readonly action: Action
  readonly objects: readonly { readonly value: string | undefined; readonly resource: Resource }[]
}

function needsOf(operation: ResourceOperation): Needs {
  const ofRole = (resource: Resource): Needs['objects'][number] => ({
    value: resource.reservations?.at(-1)?.role ?? resource.role ?? '*',
    resource,
  })
  switch (operation.type) {
    case 'RESERVE':
      return {
        name: 'RESERVE_RESOURCES',
        action: 'reserve_resources',
        objects: operation.reserve.resources.map(ofRole),
      }
    case 'UNRESERVE':
      return {
        name: 'UNRESERVE_RESOURCES',
        action: 'unreserve_resources',
        objects: operation.unreserve.resources.map((resource) => ({
          value: resource.reservations?.at(-1)?.principal ?? resource.reservation?.principal,
          resource,
        })),
      }
    case 'CREATE':
      return {
        name: 'CREATE_VOLUME',
        action: 'create_volumes',
        objects: operation.create.volumes.map(ofRole),
      }
    case 'DESTROY':
      return {
        name: 'DESTROY_VOLUME',
        action: 'destroy_volumes',
        objects: operation.destroy.volumes.map((resource) => ({
          value: resource.disk?.persistence?.principal,
          resource,
        })),
      }
    case 'GROW_VOLUME':
      return {
        name: 'RESIZE_VOLUME',
        action: 'resize_volumes',
        objects: [ofRole(operation.grow_volume.volume)],
      }
    case 'SHRINK_VOLUME':
      return {
        name: 'RESIZE_VOLUME',
        action: 'resize_volumes',
        objects: [ofRole(operation.shrink_volume.volume)],
      }
  }
}

function whoIs(principal: string | undefined): string {
  return principal === undefined ? 'ANY principal' : `Principal '${principal}'`
}
