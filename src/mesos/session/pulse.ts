import { aCount, protocol, type Shape } from '../../actors/index.ts'

/**
 * What both ends of a session say every second or so: that they live, and how many messages they have sent. A receiver that
 * has got fewer has lost some (a connection broke under them) and ends the session, so that the next one sets things right.
 */
export interface SessionPulse {
  readonly type: 'session-pulse'
  /** Messages sent in this session before this one, pulses not counted. */
  readonly sent: number
}

/** How often pulses are sent, unless said otherwise. */
export const PULSE_MS = 1000

export const pulse: Shape = protocol<SessionPulse>({ 'session-pulse': { sent: aCount } })

export function isPulse(message: unknown): message is SessionPulse {
  return (message as { readonly type?: unknown } | undefined)?.type === 'session-pulse'
}
