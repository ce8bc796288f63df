import { inspect } from 'node:util'
import type { Log, LogLevel } from '../log.ts'

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

export interface NodeLogOptions {
  /**
   * Lines below it are dropped; `TROUPE_LOG` by default, and `warn` without that. `off` drops all.
   */
  readonly level?: LogLevel | 'off'
  /** Gets each line with its end; standard error by default. */
  readonly write?: (line: string) => void
}

/** One line each to standard error: time, level, message, `key=value` fields. */
export function nodeLog(options: NodeLogOptions = {}): Log {
  const least = rankOf(options.level ?? process.env['TROUPE_LOG'])
  const write = options.write ?? ((line: string): void => void process.stderr.write(line))
  let now = least
  return {
    write(level, message, fields) {
      if (RANK[level] < now) return
      write(logLine(new Date(), level, message, fields))
    },
    setDetailed(isDetailed) {
      now = isDetailed ? RANK.debug : least
    },
  }
}

/**
 * The line for one entry. Line ends inside values are escaped, so that an entry is always one line.
 */
export function logLine(
  time: Date,
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): string {
  let line = `${time.toISOString()} ${level.padEnd(5)} ${message}`
  for (const [key, value] of Object.entries(fields)) line += ` ${key}=${fieldText(value)}`
  return `${line.replaceAll('\r', '\\r').replaceAll('\n', '\\n')}\n`
}

function fieldText(value: unknown): string {
  if (typeof value === 'string') return /^[^\s="]+$/.test(value) ? value : JSON.stringify(value)
  if (value instanceof Error) return JSON.stringify(value.stack ?? value.message)
  return inspect(value, { depth: 4, breakLength: Infinity, compact: true })
}

function rankOf(level: string | undefined): number {
  if (level === 'off') return Infinity
  return level !== undefined && level in RANK ? RANK[level as LogLevel] : RANK.warn
}
