import type { HttpRequest } from '../../../platform/index.ts'
import type { AgentOperated } from '../../master/index.ts'
import type { ResourceOperation } from '../../operations/index.ts'
import { resourceOperationShape } from '../../protocol/index.ts'
import { textReply, wrongMethod } from '../answers.ts'
import { jsonCodec, messageType, type MessageType, type MessageValue } from '../wire/index.ts'
import { forbidden } from '../guard.ts'
import type { Route } from './routes.ts'

/** How an operation is asked for: by a call of the operator API, and by a form sent to an endpoint, if it has one. */
interface Asked {
  readonly operation: ResourceOperation['type']
  /** Whether what is malformed is said to be so by the validation of calls. */
  readonly isValidated?: boolean
  /** The resources' name in the form. */
  readonly form?: 'resources' | 'volumes'
}

const CALLS: Readonly<Record<string, Asked>> = {
  RESERVE_RESOURCES: { operation: 'RESERVE', isValidated: true },
  UNRESERVE_RESOURCES: { operation: 'UNRESERVE', isValidated: true },
  CREATE_VOLUMES: { operation: 'CREATE' },
  DESTROY_VOLUMES: { operation: 'DESTROY' },
  GROW_VOLUME: { operation: 'GROW_VOLUME' },
  SHRINK_VOLUME: { operation: 'SHRINK_VOLUME' },
}
const ENDPOINTS: Readonly<Record<string, Asked>> = {
  '/reserve': { operation: 'RESERVE', form: 'resources' },
  '/unreserve': { operation: 'UNRESERVE', form: 'resources' },
  '/create-volumes': { operation: 'CREATE', form: 'volumes' },
  '/destroy-volumes': { operation: 'DESTROY', form: 'volumes' },
}
const RESOURCES = messageType('Offer.Operation.Unreserve')
const VOLUMES = messageType('Offer.Operation.Destroy')

/** The route of a call of the operator API that changes an agent's resources; undefined for another call. */
export function operationCall(call: MessageValue): Route | undefined {
  const type = String(call['type'])
  const asked = CALLS[type]
  if (asked === undefined) return undefined
  const name = type.toLowerCase()
  const body = call[name] as MessageValue | undefined
  if (body === undefined) return undefined
  const { agent_id, ...rest } = body
  const agentId = (agent_id as { readonly value: string } | undefined)?.value
  if (agentId === undefined) {
    const only = 'only agent default resources are supported right now'
    return refused(`Failed to validate master::Call: Expecting 'agent_id' to be present; ${only}`)
  }
  return operate(agentId, asked, rest)
}

/** The route of an endpoint that takes a form; undefined for another path. */
export function operationEndpoint(path: string, request: HttpRequest): Route | undefined {
  const asked = ENDPOINTS[path]
  if (asked?.form === undefined) return undefined
  if (request.method !== 'POST') {
    return { type: 'reply', reply: wrongMethod(['POST'], request.method) }
  }
  const form = new URLSearchParams(new TextDecoder().decode(request.body))
  const agentId = form.get('slaveId')
  if (agentId === null) return refused("Missing 'slaveId' query parameter in the request body")
  const text = form.get(asked.form)
  if (text === null) {
    return refused(`Missing '${asked.form}' query parameter in the request body`)
  }
  const read = readList(asked.form, text, asked.form === 'resources' ? RESOURCES : VOLUMES)
  if (typeof read === 'string') {
    return refused(`Error parsing '${asked.form}' query parameter in the request body: ${read}`)
  }
  return operate(agentId, asked, read)
}

/** The list that a form gives as JSON, as a field of `type`; or what is wrong with it. */
function readList(field: string, text: string, type: MessageType): MessageValue | string {
  const bytes = new TextEncoder().encode(`{"${field}":${text.trim() === '' ? 'x' : text}}`)
  const decoded = jsonCodec.decode(type, bytes)
  if (decoded.ok) return decoded.value
  if (/^\s*[^[\s]/.test(text) && isJson(text)) return 'Unexpected JSON type parsed'
  // Without the words that are about the body of a call.
  return decoded.problem.slice(decoded.problem.indexOf(': ') + 2)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function operate(agentId: string, asked: Asked, fields: MessageValue): Route {
  const { operation: type, isValidated = false } = asked
  const operation = { type, [type.toLowerCase()]: fields }
  if (!isOperation(operation)) {
    return refused(`A resource of this ${type} operation lacks what its type says`)
  }
  return {
    type: 'operate',
    agentId,
    operation,
    answer: ({ refusal }: AgentOperated) => {
      if (refusal === undefined) return textReply(202)
      const { kind, reason } = refusal
      if (kind === 'forbidden') return forbidden
      if (kind === 'unavailable') return textReply(409, reason)
      const where = kind === 'malformed' && isValidated ? 'Failed to validate master::Call: ' : ''
      return textReply(400, `${where}${reason}`)
    },
  }
}

function isOperation(value: unknown): value is ResourceOperation {
  return resourceOperationShape(value)
}

function refused(text: string): Route {
  return { type: 'reply', reply: textReply(400, text) }
}
