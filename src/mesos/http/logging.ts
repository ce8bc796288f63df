import type { Environment, HttpReply, HttpRequest, Timer } from '../../platform/index.ts'
import { parseDuration } from '../duration.ts'
import { textReply } from './answers.ts'
import type { Need } from './guard.ts'
import type { OperatorCall } from './operator-call.ts'
import type { MessageType } from './wire/index.ts'

/** Asks for the level of the log, or sets it. */
export interface LoggingRoute {
  readonly type: 'logging'
  readonly needs?: readonly Need[]
  readonly answer: (verbosity: Verbosity) => HttpReply
}

/**
 * How much a node writes to its log: at level 0 what it was started to, above it lines of all levels, for the time that was asked for.
 * @see 3rdparty/libprocess/src/logging.cpp of Apache Mesos
 */
export class Verbosity {
  readonly #log: Environment['log']
  readonly #clock: Environment['clock']
  #level = 0
  #timer: Timer | undefined

  constructor({ log, clock }: Pick<Environment, 'log' | 'clock'>) {
    this.#log = log
    this.#clock = clock
  }

  get level(): number {
    return this.#level
  }

  set(level: number, durationMs: number): void {
    this.#timer?.cancel()
    this.#to(level)
    if (level > 0) {
      const over = (): void => {
        this.#to(0)
      }
      this.#timer = this.#clock.setTimer(Math.max(0, durationMs), over, { background: true })
    }
  }

  #to(level: number): void {
    this.#level = level
    this.#log.setDetailed?.(level > 0)
  }
}

/** The endpoint `/logging/toggle`. */
export function toggleRoute({ target }: HttpRequest): LoggingRoute {
  const query = new URLSearchParams(target.split('?', 2)[1] ?? '')
  return {
    type: 'logging',
    needs: [{ action: 'get_endpoints', object: '/logging/toggle' }],
    answer: (verbosity) => toggled(verbosity, query.get('level'), query.get('duration')),
  }
}

function toggled(verbosity: Verbosity, level: string | null, duration: string | null): HttpReply {
  if (level === null && duration === null) return textReply(200, `${verbosity.level}\n`)
  if (level === null) return textReply(400, "Expecting 'level=value' in query.")
  if (duration === null) return textReply(400, "Expecting 'duration=value' in query.")
  if (!/^[+-]?\d+$/.test(level)) return textReply(400, `Failed to convert '${level}' to number.`)
  if (Number(level) < 0) return textReply(400, `Invalid level '${level}'.`)
  const durationMs = parseDuration(duration)
  if (durationMs === undefined) return textReply(400, whyNoDuration(duration))
  verbosity.set(Number(level), durationMs)
  return textReply(200)
}

function whyNoDuration(text: string): string {
  const [, amount = '', unit = ''] = /^([0-9.]*)(.*)$/s.exec(text) ?? []
  if (unit === '') return `Invalid duration '${text}'.`
  if (amount === '' || Number.isNaN(Number(amount))) {
    return `Failed to convert '${amount}' to number.`
  }
  return `Unknown duration unit '${unit}'; supported units are 'ns', 'us', 'ms', 'secs', 'mins', 'hrs', 'days', and 'weeks'.`
}

/** GET_LOGGING_LEVEL and SET_LOGGING_LEVEL; undefined for other calls. */
export function loggingCall(
  { type, body, codec }: OperatorCall,
  response: MessageType,
): LoggingRoute | undefined {
  if (type === 'SET_LOGGING_LEVEL') {
    const { nanoseconds = 0 } = (body?.['duration'] ?? {}) as { readonly nanoseconds?: number }
    return {
      type: 'logging',
      needs: [{ action: 'set_log_level' }],
      answer: (verbosity) => {
        verbosity.set(Number(body?.['level']), nanoseconds / 1e6)
        return textReply(200)
      },
    }
  }
  if (type !== 'GET_LOGGING_LEVEL') return undefined
  return {
    type: 'logging',
    answer: ({ level }) => ({
      status: 200,
      headers: { 'content-type': codec.mediaType },
      body: codec.encode(response, { type, get_logging_level: { level } }),
    }),
  }
}
