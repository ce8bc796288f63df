import type { InvalidOperation } from '../protocol/index.ts'
import type { MessageValue } from './wire/index.ts'

/** The operations without which this master can't do, by the field that says what each is about. */
const FIELDS: Readonly<Record<string, string>> = {
  RESERVE: 'reserve',
  UNRESERVE: 'unreserve',
  CREATE: 'create',
  DESTROY: 'destroy',
  GROW_VOLUME: 'grow_volume',
  SHRINK_VOLUME: 'shrink_volume',
  CREATE_DISK: 'create_disk',
  DESTROY_DISK: 'destroy_disk',
}

/** Launches say nothing of what they lack: they launch nothing. */
const LAUNCHES: Readonly<Record<string, string>> = {
  LAUNCH: 'launch',
  LAUNCH_GROUP: 'launch_group',
}

/** Those of disks are for resource providers, and no agent here has one. */
const OF_PROVIDERS: ReadonlySet<string> = new Set(['CREATE_DISK', 'DESTROY_DISK'])

/**
 * An ACCEPT with only the operations that can be carried out, those of no type let go, and of the others why they can't.
 * @see master/master.cpp, master/validation.cpp of Apache Mesos, `operation::validate`
 */
export function withOperations(call: MessageValue): MessageValue {
  if (call['type'] !== 'ACCEPT') return call
  const accept = call['accept'] as MessageValue
  const given = accept['operations'] as readonly MessageValue[]
  const operations: MessageValue[] = []
  const invalid: InvalidOperation[] = []
  for (const operation of given) {
    const type = String(operation['type'])
    const field = FIELDS[type]
    const problem = field === undefined ? undefined : problemOf(type, field, operation)
    if (problem !== undefined) {
      const id = operation['id'] as NonNullable<InvalidOperation['id']> | undefined
      invalid.push({ type, ...problem, ...(id !== undefined && { id }) })
    } else if (field !== undefined || operation[LAUNCHES[type] ?? ''] !== undefined) {
      operations.push(operation)
    }
  }
  if (operations.length === given.length) return call
  return { ...call, accept: { ...accept, operations, ...(invalid.length > 0 && { invalid }) } }
}

function problemOf(
  type: string,
  field: string,
  operation: MessageValue,
): Pick<InvalidOperation, 'kind' | 'reason'> | undefined {
  if (operation[field] === undefined) {
    const article = type.startsWith('U') ? 'An' : 'A'
    const isOfSize = type === 'GROW_VOLUME' || type === 'SHRINK_VOLUME'
    const [what, end] = isOfSize ? [' operation', ''] : [' offer operation', '.']
    const reason = `${article} ${type}${what} must have the Offer.Operation.${field} field set${end}`
    return { kind: 'malformed', reason }
  }
  if (!OF_PROVIDERS.has(type)) return undefined
  return { kind: 'invalid', reason: "'source' is not managed by a resource provider" }
}
