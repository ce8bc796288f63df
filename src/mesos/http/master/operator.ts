import type { HttpReply, HttpRequest } from '../../../platform/index.ts'
import type { QuotaConfig } from '../../master/index.ts'
import { textReply } from '../answers.ts'
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
  rolesOfCluster,
  stateOf,
  tasksOfCluster,
  versionOf,
  weightsOf,
} from './operator-answers.ts'
import { operationCall } from './operations.ts'
import { quotaJson } from './roles.ts'
import type { Route, Update } from './routes.ts'
import type { MasterView } from './view.ts'
import { weightInfos } from './weights.ts'

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
  GET_OPERATIONS: () => ({}),
  GET_TASKS: tasksOfCluster,
  GET_ROLES: rolesOfCluster,
  GET_WEIGHTS: weightsOf,
  GET_QUOTA: (view) => ({ status: quotaJson(view) }),
  GET_MASTER: masterOf,
}

/** The operator API: `POST /api/v1`. @see master/http.cpp, master/validation.cpp of Apache Mesos */
export function operatorRoute(request: HttpRequest): Route {
  const body = readBody(request, CALL)
  if ('reply' in body) return { type: 'reply', reply: body.reply }
  const codec = acceptedCodec(request.headers)
  if (codec === undefined) {
    return refused(406, NOT_ACCEPTABLE)
  }
  const { value } = body
  const type = value['type']
  if (typeof type !== 'string') {
    return refused(400, "Failed to validate master::Call: Expecting 'type' to be present")
  }
  const update = UPDATES[type]
  if (update !== undefined) {
    const name = type.toLowerCase()
    const body = value[name] as MessageValue | undefined
    return body === undefined
      ? refused(400, `Failed to validate master::Call: Expecting '${name}' to be present`)
      : { type: 'update', update: update(body) }
  }
  const operation = operationCall(value)
  if (operation !== undefined) return operation
  const build = ANSWERS[type]
  if (build === undefined) return refused(501, `${type} is not supported by this master`)
  return {
    type: 'answer',
    answer: (view): HttpReply => ({
      status: 200,
      headers: { 'content-type': codec.mediaType },
      body: codec.encode(RESPONSE, { type, [type.toLowerCase()]: build(view) }),
    }),
  }
}

/** The calls by which an operator changes something. */
const UPDATES: Readonly<Record<string, (body: MessageValue) => Update>> = {
  TEARDOWN: (body) => (replyTo) => ({
    type: 'teardown-framework',
    frameworkId: (body['framework_id'] as { readonly value: string }).value,
    replyTo,
  }),
  MARK_AGENT_GONE: (body) => (replyTo) => ({
    type: 'mark-agent-gone',
    agentId: (body['agent_id'] as { readonly value: string }).value,
    replyTo,
  }),
  UPDATE_WEIGHTS: (body) => (replyTo) => ({
    type: 'update-weights',
    weight_infos: weightInfos(body['weight_infos'] as readonly MessageValue[]),
    replyTo,
  }),
  UPDATE_QUOTA: (body) => (replyTo) => ({
    type: 'update-quota',
    quota_configs: body['quota_configs'] as readonly QuotaConfig[],
    force: body['force'] === true,
    replyTo,
  }),
}

function refused(status: number, text: string): Route {
  return { type: 'reply', reply: textReply(status, text) }
}
