import type { HttpReply, HttpRequest } from '../../../platform/index.ts'
import { notImplemented, textReply } from '../answers.ts'
import { readBody } from '../body.ts'
import { acceptedCodec, NOT_ACCEPTABLE } from '../media.ts'
import { messageType, type MessageValue } from '../wire/index.ts'
import {
  agentsOf,
  executorsOf,
  flagsOf,
  frameworksOf,
  masterOf,
  metricsOf,
  operationsOf,
  rolesOfCluster,
  stateOf,
  tasksOfCluster,
  versionOf,
  weightsOf,
} from './operator-answers.ts'
import { operationCall } from './operations.ts'
import { updateOf } from './operator-updates.ts'
import { quotaJson } from './roles.ts'
import type { Route } from './routes.ts'
import type { MasterView } from './view.ts'

const CALL = messageType('master.Call')
const RESPONSE = messageType('master.Response')

/** The calls that this master can answer from what it knows. */
const ANSWERS: Readonly<Record<string, (view: MasterView) => MessageValue>> = {
  GET_HEALTH: () => ({ healthy: true }),
  GET_FLAGS: flagsOf,
  GET_VERSION: versionOf,
  GET_METRICS: metricsOf,
  GET_LOGGING_LEVEL: () => ({ level: 0 }),
  GET_STATE: stateOf,
  GET_AGENTS: agentsOf,
  GET_FRAMEWORKS: frameworksOf,
  GET_EXECUTORS: executorsOf,
  GET_OPERATIONS: operationsOf,
  GET_TASKS: tasksOfCluster,
  GET_ROLES: rolesOfCluster,
  GET_WEIGHTS: weightsOf,
  GET_QUOTA: (view) => ({ status: quotaJson(view) }),
  GET_MASTER: masterOf,
  // Nothing is ever scheduled: the calls that would are not supported.
  GET_MAINTENANCE_STATUS: () => ({ status: {} }),
  GET_MAINTENANCE_SCHEDULE: () => ({ schedule: {} }),
}

/** Which calls must have a body, which is named as they are. */
const BODIES: ReadonlySet<string> = new Set([
  'GET_METRICS',
  'SET_LOGGING_LEVEL',
  'LIST_FILES',
  'READ_FILE',
  'UPDATE_WEIGHTS',
  'RESERVE_RESOURCES',
  'UNRESERVE_RESOURCES',
  'CREATE_VOLUMES',
  'DESTROY_VOLUMES',
  'GROW_VOLUME',
  'SHRINK_VOLUME',
  'UPDATE_MAINTENANCE_SCHEDULE',
  'START_MAINTENANCE',
  'STOP_MAINTENANCE',
  'DRAIN_AGENT',
  'DEACTIVATE_AGENT',
  'REACTIVATE_AGENT',
  'UPDATE_QUOTA',
  'SET_QUOTA',
  'REMOVE_QUOTA',
  'TEARDOWN',
  'MARK_AGENT_GONE',
])

/** The operator API: `POST /api/v1`. @see master/http.cpp, master/validation.cpp of Apache Mesos */
export function operatorRoute(request: HttpRequest): Route {
  const read = readBody(request, CALL)
  if ('reply' in read) return { type: 'reply', reply: read.reply }
  const { value } = read
  const { type } = value
  if (typeof type !== 'string') return invalid("Expecting 'type' to be present")
  const name = type.toLowerCase()
  const body = value[name] as MessageValue | undefined
  if (BODIES.has(type) && body === undefined) return invalid(`Expecting '${name}' to be present`)
  const codec = acceptedCodec(request.headers)
  if (codec === undefined) return refused(406, NOT_ACCEPTABLE)
  const update = updateOf(type, body)
  if (update !== undefined) return update
  const operation = operationCall(value)
  if (operation !== undefined) return operation
  if (type === 'SUBSCRIBE') return { type: 'watch', codec }
  // No path is attached at this master.
  if (type === 'LIST_FILES' || type === 'READ_FILE') return refused(404, '')
  if (type === 'UNKNOWN') return refused(501, '501 Not Implemented.')
  const build = ANSWERS[type]
  if (build === undefined) return { type: 'reply', reply: notImplemented(type) }
  return {
    type: 'answer',
    ...(type === 'GET_FLAGS' && { needs: [{ action: 'view_flags' }] }),
    answer: (view): HttpReply => ({
      status: 200,
      headers: { 'content-type': codec.mediaType },
      body: codec.encode(RESPONSE, { type, [name]: build(view) }),
    }),
  }
}

function invalid(why: string): Route {
  return refused(400, `Failed to validate master::Call: ${why}`)
}

function refused(status: number, text: string): Route {
  return { type: 'reply', reply: textReply(status, text) }
}
