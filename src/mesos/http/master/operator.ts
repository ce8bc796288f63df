import type { HttpReply, HttpRequest } from '../../../platform/index.ts'
import { notImplemented, textReply } from '../answers.ts'
import { loggingCall } from '../logging.ts'
import { readOperatorCall, type OperatorCalls } from '../operator-call.ts'
import { flagsOf, metricsOf } from '../operator-values.ts'
import { messageType, type MessageValue } from '../wire/index.ts'
import { metricsJson } from './metrics.ts'
import {
  agentsOf,
  executorsOf,
  frameworksOf,
  masterOf,
  operationsOf,
  rolesOfCluster,
  stateOf,
  tasksOfCluster,
  weightsOf,
} from './operator-answers.ts'
import { operationCall } from './operations.ts'
import { updateOf } from './operator-updates.ts'
import { quotaJson } from './roles.ts'
import type { Route } from './routes.ts'
import { VERSION } from './version.ts'
import type { MasterView } from './view.ts'

const RESPONSE = messageType('master.Response')

/** The calls that this master can answer from what it knows. */
const ANSWERS: Readonly<Record<string, (view: MasterView) => MessageValue | undefined>> = {
  GET_HEALTH: () => ({ healthy: true }),
  GET_FLAGS: flagsOf,
  GET_VERSION: () => ({ version_info: VERSION }),
  GET_METRICS: (view) => metricsOf(metricsJson(view)),
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

const WITH_BODY: ReadonlySet<string> = new Set([
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

const CALLS: OperatorCalls = {
  type: messageType('master.Call'),
  name: 'master::Call',
  withBody: WITH_BODY,
}

/** The operator API: `POST /api/v1`. @see master/http.cpp, master/validation.cpp of Apache Mesos */
export function operatorRoute(request: HttpRequest): Route {
  const call = readOperatorCall(request, CALLS)
  if ('reply' in call) return { type: 'reply', reply: call.reply }
  const { type, name, value, body, codec } = call
  const update = updateOf(type, body)
  if (update !== undefined) return update
  const operation = operationCall(value)
  if (operation !== undefined) return operation
  const logging = loggingCall(call, RESPONSE)
  if (logging !== undefined) return logging
  if (type === 'SUBSCRIBE') return { type: 'watch', codec }
  // No path is attached at this master.
  if (type === 'LIST_FILES' || type === 'READ_FILE') return { type: 'reply', reply: textReply(404) }
  const build = ANSWERS[type]
  if (build === undefined) return { type: 'reply', reply: notImplemented(type) }
  return {
    type: 'answer',
    isMeasured: type === 'GET_METRICS',
    ...(type === 'GET_FLAGS' && { needs: [{ action: 'view_flags' }] }),
    answer: (view): HttpReply => ({
      status: 200,
      headers: { 'content-type': codec.mediaType },
      body: codec.encode(RESPONSE, { type, [name]: build(view) }),
    }),
  }
}
