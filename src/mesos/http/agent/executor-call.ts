import type { HttpReply, HttpRequest } from '../../../platform/index.ts'
import { executorCall, isUuid, type ExecutorCall } from '../../protocol/index.ts'
import { textReply } from '../answers.ts'
import { readBody } from '../body.ts'
import { withAmounts } from '../resources.ts'
import { messageType, type MessageValue } from '../wire/index.ts'

const CALL = messageType('executor.Call')

/** The calls that must have a body, which is named as they are. */
const WITH_BODY: ReadonlySet<string> = new Set(['SUBSCRIBE', 'UPDATE', 'MESSAGE'])

/** A call to the executor API as it came, or refused. */
export type ReadExecutorCall =
  | { readonly type: 'call'; readonly call: ExecutorCall }
  | { readonly type: 'refused'; readonly reply: HttpReply }

/** Reads and examines a call to the executor API. @see slave/http.cpp, slave/validation.cpp of Apache Mesos */
export function readExecutorCall(request: HttpRequest): ReadExecutorCall {
  const body = readBody(request, CALL)
  if ('reply' in body) return { type: 'refused', reply: body.reply }
  const value = withAmounts(body.value) as MessageValue
  const problem = callProblem(value)
  if (problem === undefined && executorCall(value)) {
    return { type: 'call', call: value as unknown as ExecutorCall }
  }
  const why = problem ?? 'a status or a task lacks what its type says'
  const text = `Failed to validate Executor::Call: ${why}`
  return { type: 'refused', reply: textReply(400, text) }
}

function callProblem(call: MessageValue): string | undefined {
  const { type } = call
  if (typeof type !== 'string') return "Expecting 'type' to be present"
  const name = type.toLowerCase()
  if (WITH_BODY.has(type) && call[name] === undefined) return `Expecting '${name}' to be present`
  if (type !== 'UPDATE') return undefined
  const { status } = call['update'] as { readonly status: MessageValue }
  const { uuid } = status
  if (uuid === undefined) return "Expecting 'uuid' to be present"
  if (!isUuid(uuid)) return 'Not a valid UUID'
  const framework = idOf(call['framework_id'])
  const executor = idOf(call['executor_id'])
  const own = idOf(status['executor_id'])
  if (own !== undefined && own !== executor) {
    return `ExecutorID in Call: ${executor} does not match ExecutorID in TaskStatus: ${own}`
  }
  const who = `executor ${executor} of framework ${framework}`
  if (status['source'] !== 'SOURCE_EXECUTOR') {
    return `Received Call from ${who} with invalid source, expecting 'SOURCE_EXECUTOR'`
  }
  return status['state'] === 'TASK_STAGING'
    ? `Received TASK_STAGING from ${who} which is not allowed`
    : undefined
}

function idOf(id: unknown): string | undefined {
  return (id as { readonly value: string } | undefined)?.value
}
