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
  /** Whether somebody reads along: stacks of errors then take lines of their own. Whether standard error is a terminal, by default. */
  readonly isTerminal?: boolean
}

/** One line each to standard error: time, level, message, `key=value` fields. */
export function nodeLog(options: NodeLogOptions = {}): Log {
  let least = rankOf(options.level ?? process.env['TROUPE_LOG'])
  const write = options.write ?? ((line: string): void => void process.stderr.write(line))
  const isTerminal = options.isTerminal ?? (options.write === undefined && process.stderr.isTTY)
  const layOut = isTerminal ? terminalLines : logLine
  let now = least
  return {
    write(level, message, fields) {
      if (RANK[level] < now) return
      write(layOut(new Date(), level, message, fields))
    },
    setDetailed(isDetailed) {
      now = isDetailed ? RANK.debug : least
    },
    setLevel(level) {
      least = rankOf(level)
      now = least
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

/** The same for a terminal: what has lines of its own (the stack of an error) stands below, indented. */
function terminalLines(
  time: Date,
  level: LogLevel,
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): string {
  const errors = Object.entries(fields).filter(([, value]) => value instanceof Error)
  const others = Object.entries(fields).filter(([, value]) => !(value instanceof Error))
  let lines = logLine(time, level, message, Object.fromEntries(others))
  for (const [, error] of errors as [string, Error][])
    lines += `${stackOf(error).replace(/^/gm, '    ')}\n`
  return lines
}

/** Where it comes from; of a failure that came over a link not where it arrived. */
function stackOf(error: Error & { readonly remoteStack?: string }): string {
  return error.remoteStack ?? error.stack ?? error.message
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
