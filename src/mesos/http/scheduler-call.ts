import { aText, listOf, maybe, record } from '../../actors/index.ts'
import type { HttpReply, HttpRequest } from '../../platform/index.ts'
import {
  frameworkInfoShape,
  isUuid,
  schedulerCall,
  type FrameworkInfo,
  type SchedulerCall,
} from '../protocol/index.ts'
import { textReply } from './answers.ts'
import { readBody } from './body.ts'
import { withOperations } from './operations-given.ts'
import { withAmounts } from './resources.ts'
import { messageType, type MessageValue } from './wire/index.ts'

const CALL = messageType('scheduler.Call')

/** Which field must be there for which call. */
const BODIES: Readonly<Record<string, string>> = {
  ACCEPT: 'accept',
  DECLINE: 'decline',
  ACCEPT_INVERSE_OFFERS: 'accept_inverse_offers',
  DECLINE_INVERSE_OFFERS: 'decline_inverse_offers',
  KILL: 'kill',
  SHUTDOWN: 'shutdown',
  ACKNOWLEDGE: 'acknowledge',
  ACKNOWLEDGE_OPERATION_STATUS: 'acknowledge_operation_status',
  RECONCILE: 'reconcile',
  RECONCILE_OPERATIONS: 'reconcile_operations',
  MESSAGE: 'message',
  REQUEST: 'request',
  UPDATE_FRAMEWORK: 'update_framework',
}

/** Calls that are in order and change nothing here: what they speak of is never given out. */
const IDLE: ReadonlySet<unknown> = new Set([
  'REQUEST',
  'ACCEPT_INVERSE_OFFERS',
  'DECLINE_INVERSE_OFFERS',
])

/** What a framework says anew of itself. */
export interface FrameworkUpdate {
  readonly framework_info: FrameworkInfo
  readonly suppressed_roles: readonly string[]
}

/** A call to the scheduler API as it came: to be made, to be let go, or refused. */
export type ReadCall =
  | { readonly type: 'call'; readonly call: SchedulerCall }
  | { readonly type: 'idle'; readonly frameworkId: string; readonly name: string }
  | { readonly type: 'update'; readonly frameworkId: string; readonly update: FrameworkUpdate }
  | { readonly type: 'unknown'; readonly frameworkId: string }
  | { readonly type: 'refused'; readonly reply: HttpReply }

/** Reads and examines a call to the scheduler API. @see master/http.cpp, master/validation.cpp of Apache Mesos */
export function readSchedulerCall(request: HttpRequest, principal?: string): ReadCall {
  const body = readBody(request, CALL)
  if ('reply' in body) return { type: 'refused', reply: body.reply }
  const value = withAmounts(body.value) as MessageValue
  const problem = callProblem(value, principal)
  if (problem !== undefined) {
    const text = `Failed to validate scheduler::Call: ${problem}`
    return { type: 'refused', reply: textReply(400, text) }
  }
  const call = withOperations(value)
  const name = call['type'] as string
  const frameworkId = idOf(value['framework_id']) ?? ''
  if (IDLE.has(name)) return { type: 'idle', frameworkId, name }
  if (name === 'UPDATE_FRAMEWORK' && frameworkUpdate(value['update_framework'])) {
    const { framework_info, suppressed_roles = [] } = value['update_framework'] as FrameworkUpdate
    return { type: 'update', frameworkId, update: { framework_info, suppressed_roles } }
  }
  if (schedulerCall(call)) {
    return { type: 'call', call: withPrincipal(call as unknown as SchedulerCall, principal) }
  }
  if (name in SUPPORTED) {
    const why = `a resource or an operation of this ${name} lacks what its type says`
    return { type: 'refused', reply: textReply(400, `Failed to validate scheduler::Call: ${why}`) }
  }
  return { type: 'unknown', frameworkId }
}

/** Why a framework can't be of whoever asks. */
export function principalProblem(
  principal: string | undefined,
  said: string | undefined,
): string | undefined {
  return principal === undefined || said === undefined || said === principal
    ? undefined
    : `Authenticated principal '${principal}' does not match principal '${said}' set in \`FrameworkInfo\``
}

const frameworkUpdate = record({
  framework_info: frameworkInfoShape,
  suppressed_roles: maybe(listOf(aText)),
})

const SUPPORTED: Readonly<Record<SchedulerCall['type'] | 'UPDATE_FRAMEWORK', true>> = {
  SUBSCRIBE: true,
  UPDATE_FRAMEWORK: true,
  TEARDOWN: true,
  ACCEPT: true,
  DECLINE: true,
  REVIVE: true,
  SUPPRESS: true,
  KILL: true,
  SHUTDOWN: true,
  ACKNOWLEDGE: true,
  RECONCILE: true,
  ACKNOWLEDGE_OPERATION_STATUS: true,
  RECONCILE_OPERATIONS: true,
  MESSAGE: true,
}

/** A framework that does not say whose it is, is of who asks. */
function withPrincipal(call: SchedulerCall, principal: string | undefined): SchedulerCall {
  if (call.type !== 'SUBSCRIBE' || principal === undefined) return call
  const framework_info = { principal, ...call.subscribe.framework_info }
  return { ...call, subscribe: { ...call.subscribe, framework_info } }
}

function callProblem(call: MessageValue, principal: string | undefined): string | undefined {
  const type = call['type']
  if (typeof type !== 'string') return "Expecting 'type' to be present"
  const frameworkId = idOf(call['framework_id'])
  if (type === 'SUBSCRIBE') {
    const subscribe = call['subscribe'] as MessageValue | undefined
    if (subscribe === undefined) return "Expecting 'subscribe' to be present"
    const info = subscribe['framework_info'] as MessageValue
    if ((idOf(info['id']) ?? '') !== (frameworkId ?? '')) {
      return "'framework_id' differs from 'subscribe.framework_info.id'"
    }
    return principalProblem(principal, info['principal'] as string | undefined)
  }
  if (frameworkId === undefined) return "Expecting 'framework_id' to be present"
  const needed = BODIES[type]
  const body = needed === undefined ? undefined : (call[needed] as MessageValue | undefined)
  if (needed !== undefined && body === undefined) return `Expecting '${needed}' to be present`
  if (type === 'UPDATE_FRAMEWORK') {
    const info = body?.['framework_info'] as MessageValue
    return idOf(info['id']) === frameworkId
      ? undefined
      : "'framework_id' differs from 'update_framework.framework_info.id'"
  }
  if (type === 'ACKNOWLEDGE' || type === 'ACKNOWLEDGE_OPERATION_STATUS') {
    if (!isUuid(body?.['uuid'])) return 'Not a valid UUID'
    const hasAgent = type === 'ACKNOWLEDGE' || body['agent_id'] !== undefined
    return hasAgent ? undefined : "Expecting 'agent_id' to be present"
  }
  return undefined
}

function idOf(id: unknown): string | undefined {
  return (id as { readonly value: string } | undefined)?.value
}
