import type { HttpReply, HttpRequest } from '../../../platform/index.ts'
import { textReply } from '../answers.ts'
import { readBody } from '../body.ts'
import { acceptedCodec } from '../media.ts'
import { jsonCodec, messageType, protobufCodec, type MessageValue } from '../wire/index.ts'
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
} from './operator-answers.ts'
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
  GET_OPERATIONS: () => ({}),
  GET_TASKS: tasksOfCluster,
  GET_ROLES: rolesOfCluster,
  GET_MASTER: masterOf,
}

/** The operator API: `POST /api/v1`. @see master/http.cpp, master/validation.cpp of Apache Mesos */
export function operatorRoute(request: HttpRequest): Route {
  const body = readBody(request, CALL)
  if ('reply' in body) return { type: 'reply', reply: body.reply }
  const codec = acceptedCodec(request.headers)
  if (codec === undefined) {
    const known = `'${jsonCodec.mediaType}' or '${protobufCodec.mediaType}'`
    return refused(406, `Expecting 'Accept' to allow ${known}`)
  }
  const { value } = body
  const type = value['type']
  if (typeof type !== 'string') {
    return refused(400, "Failed to validate master::Call: Expecting 'type' to be present")
  }
  if (type === 'TEARDOWN') return teardown(value)
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

function teardown(call: MessageValue): Route {
  const body = call['teardown'] as MessageValue | undefined
  if (body === undefined) {
    return refused(400, "Failed to validate master::Call: Expecting 'teardown' to be present")
  }
  const frameworkId = (body['framework_id'] as { readonly value: string }).value
  const unknown = textReply(400, 'No framework found with specified ID')
  return { type: 'teardown', frameworkId, found: textReply(200), unknown }
}

function refused(status: number, text: string): Route {
  return { type: 'reply', reply: textReply(status, text) }
}
