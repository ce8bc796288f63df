import { TroupeError } from '../../platform/index.ts'

/** A fault that can't be injected as it was said, or a failure that was. */
export class FaultError extends TroupeError {}

/** @param field where, such as `faults[2].delayMs` */
export function faultInvalid(field: string, value: unknown, takes: string): FaultError {
  return new FaultError('TROUPE_FAULT_INVALID', `${field} is ${shown(value)}: it takes ${takes}`, {
    data: { field, value: shown(value) },
  })
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object'
  return String(value)
}

/** The failure of a receiver under the fault `fail`; `code` and `message` as the fault says. */
export function injectedFailure(
  path: string,
  messageType: string,
  error: { readonly code?: string; readonly message?: string } = {},
): FaultError {
  return new FaultError(
    error.code ?? 'TROUPE_FAULT_INJECTED',
    error.message ??
      `${path} was made to fail over a message (${messageType}): a test asked for it`,
    { data: { path, messageType } },
  )
}
