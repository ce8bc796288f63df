import { MesosError } from '../errors.ts'
import { isObject, readObject } from './json-flag.ts'

/** Who or what an ACL speaks of: some that are named, anybody, or nobody. */
export type Entity =
  | { readonly type: 'SOME'; readonly values: readonly string[] }
  | { readonly type: 'ANY' }
  | { readonly type: 'NONE' }

/** One rule: these principals, and no others, may do it to these objects. */
export interface Acl {
  readonly principals: Entity
  readonly objects: Entity
}

/** What is done to what: the field of an ACL that names its objects, and whether these are roles. */
const OBJECTS = {
  register_frameworks: 'roles',
  run_tasks: 'users',
  teardown_frameworks: 'framework_principals',
  reserve_resources: 'roles',
  unreserve_resources: 'reserver_principals',
  create_volumes: 'roles',
  destroy_volumes: 'creator_principals',
  resize_volumes: 'roles',
  get_quotas: 'roles',
  update_quotas: 'roles',
  view_roles: 'roles',
  update_weights: 'roles',
  get_endpoints: 'paths',
  view_frameworks: 'users',
  view_tasks: 'users',
  view_executors: 'users',
  view_flags: 'flags',
  view_containers: 'users',
  access_sandboxes: 'users',
  mark_agents_gone: 'agents',
  set_log_level: 'level',
} as const

/** What may be allowed or not, by the names of Mesos. */
export type Action = keyof typeof OBJECTS

/** Which of `get_endpoints` may be named. */
const ENDPOINTS: ReadonlySet<string> = new Set([
  '/containers',
  '/containerizer/debug',
  '/files/debug',
  '/logging/toggle',
  '/metrics/snapshot',
  '/monitor/statistics',
])

/** Rules by action; where none fits, `permissive` says. */
export interface Acls {
  readonly permissive: boolean
  readonly rules: Readonly<Partial<Record<Action, readonly Acl[]>>>
}

/**
 * Whether a principal may do this to that object. The first rule that fits both decides. Whoever is not authenticated has
 * no principal, which stands for any; so does an absent object.
 * @see authorizer/local/authorizer.cpp of Apache Mesos
 */
export function isAllowed(
  acls: Acls | undefined,
  action: Action,
  principal: string | undefined,
  object?: string,
): boolean {
  if (acls === undefined) return true
  const isRole = OBJECTS[action] === 'roles'
  for (const { principals, objects } of acls.rules[action] ?? []) {
    if (!fits(principal, principals, false) || !fits(object, objects, isRole)) continue
    return allows(principal, principals) && allows(object, objects)
  }
  return acls.permissive
}

function fits(asked: string | undefined, { type, ...entity }: Entity, isRole: boolean): boolean {
  if (type !== 'SOME') return true
  if (asked === undefined) return false
  const { values } = entity as { readonly values: readonly string[] }
  return values.some((value) => value === asked || (isRole && isBelow(asked, value)))
}

function allows(asked: string | undefined, { type }: Entity): boolean {
  if (type === 'SOME') return asked !== undefined
  return type === 'ANY'
}

/** `a/%` stands for all roles below `a`. */
function isBelow(role: string, value: string): boolean {
  return value.endsWith('/%') && role.startsWith(value.slice(0, -1))
}

/**
 * Reads ACLs as Mesos has them in JSON. Actions that are none of this house's are let go: nobody can do what they are about.
 * @throws TROUPE_MESOS_ACLS_INVALID
 */
export function parseAcls(text: string): Acls {
  const value = readObject(text, invalid)
  const { permissive = true } = value
  if (typeof permissive !== 'boolean') throw invalid('permissive is neither true nor false')
  const rules: Partial<Record<Action, readonly Acl[]>> = {}
  for (const action of Object.keys(OBJECTS) as Action[]) {
    const given = value[action]
    if (given === undefined) continue
    if (!Array.isArray(given)) throw invalid(`${action} is no list`)
    rules[action] = (given as readonly unknown[]).map((one, at) => aclOf(one, action, at))
  }
  return { permissive, rules }
}

function aclOf(given: unknown, action: Action, at: number): Acl {
  const where = `${action}[${at}]`
  if (!isObject(given)) throw invalid(`${where} is no object`)
  const field = OBJECTS[action]
  const objects = entityOf(given[field], `${where}.${field}`)
  if (action === 'get_endpoints' && objects.type === 'SOME') {
    const other = objects.values.find((path) => !ENDPOINTS.has(path))
    if (other !== undefined) throw invalid(`Path: '${other}' is not an authorizable path`)
  }
  return { principals: entityOf(given['principals'], `${where}.principals`), objects }
}

function entityOf(given: unknown, where: string): Entity {
  if (given === undefined) throw invalid(`${where} is missing`)
  const { type = 'SOME', values = [] } = isObject(given) ? given : { type: '' }
  if (type === 'ANY' || type === 'NONE') return { type }
  if (type !== 'SOME') throw invalid(`${where}.type is none of SOME, ANY, NONE`)
  if (!isTexts(values)) throw invalid(`${where}.values are no texts`)
  return { type, values }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

function invalid(why: string, cause?: unknown): MesosError {
  return new MesosError(
    'TROUPE_MESOS_ACLS_INVALID',
    `The ACLs can't be used: ${why}. They are written as for Mesos: {"permissive":false,"view_frameworks":[{"principals":{"values":["ops"]},"users":{"type":"ANY"}}]}.`,
    { data: { why }, ...(cause !== undefined && { cause }) },
  )
}
