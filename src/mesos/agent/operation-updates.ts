import {
  sameBytes,
  type AgentEvent,
  type HeldOperation,
  type OperationStatus,
} from '../protocol/index.ts'
import type { AgentChange } from './change.ts'
import { agentKey } from './state.ts'
import { volumeChanges } from './volumes.ts'

type Checkpoint = Extract<
  AgentEvent,
  { readonly type: 'CHECKPOINT_RESOURCES' }
>['checkpoint_resources']
type AcknowledgeOperation = Extract<AgentEvent, { readonly type: 'ACKNOWLEDGE_OPERATION' }>

/** Keeps what was made of its resources, and tells frameworks that wait for the word until they have acknowledged it. */
export function checkpoint(change: AgentChange, { resources, operations = [] }: Checkpoint): void {
  const { options, checkpointed } = change.state
  change.effects.push({ type: 'checkpoint', record: { type: 'resources', resources } })
  const work = volumeChanges(options.workDir, checkpointed, resources)
  if (work !== undefined) change.effects.push({ type: 'volumes', work })
  change.state = { ...change.state, checkpointed: resources }
  for (const { framework_id, operation } of operations) {
    const { id } = operation
    if (id === undefined) continue
    const status: OperationStatus = {
      operation_id: id,
      state: 'OPERATION_FINISHED',
      uuid: { value: change.nextUuid() },
    }
    const held: HeldOperation = { framework_id, operation, status }
    change.effects.push({ type: 'checkpoint', record: { type: 'operation', held } })
    const key = agentKey(framework_id.value, id.value)
    setOperation(change, key, { ...held, attempts: 0 })
    sendOperation(change, key)
  }
}

/** Says what became of an operation, and again later if it is not acknowledged by then. */
export function sendOperation(change: AgentChange, key: string): void {
  const held = change.state.operations.get(key)
  if (held === undefined || !change.state.isRegistered) return
  const { framework_id, status, attempts } = held
  const update_operation_status = { framework_id, status }
  change.callMaster({ type: 'UPDATE_OPERATION_STATUS', update_operation_status })
  const { updateRetryMs, longestUpdateRetryMs } = change.state.options
  const waitMs = Math.min(longestUpdateRetryMs, updateRetryMs * 2 ** Math.min(attempts, 30))
  setOperation(change, key, { ...held, attempts: attempts + 1 })
  change.startTimer(timerOf(key), waitMs, { type: 'operation-retry-due', key })
}

/** After a registration: all that is not acknowledged is said anew. */
export function sendOperations(change: AgentChange): void {
  for (const [key, held] of change.state.operations) {
    setOperation(change, key, { ...held, attempts: 0 })
    sendOperation(change, key)
  }
}

export function operationAcknowledged(change: AgentChange, event: AcknowledgeOperation): void {
  const { framework_id, operation_id, uuid } = event.acknowledge_operation
  const key = agentKey(framework_id.value, operation_id.value)
  const known = change.state.operations.get(key)?.status.uuid?.value
  if (known === undefined || !sameBytes(known, uuid)) return
  forget(change, key)
}

/** Nobody will acknowledge the operations of this framework any more. */
export function dropOperations(change: AgentChange, frameworkId: string): void {
  for (const [key, { framework_id }] of change.state.operations) {
    if (framework_id.value === frameworkId) forget(change, key)
  }
}

function forget(change: AgentChange, key: string): void {
  change.cancelTimer(timerOf(key))
  const record = { type: 'operation-acknowledged', key } as const
  // Lost, it is said once more.
  change.effects.push({ type: 'checkpoint', record, mayLag: true })
  change.state = { ...change.state, operations: change.state.operations.without(key) }
}

function setOperation(
  change: AgentChange,
  key: string,
  held: HeldOperation & { readonly attempts: number },
): void {
  change.state = { ...change.state, operations: change.state.operations.with(key, held) }
}

function timerOf(key: string): string {
  return `operation ${key}`
}
