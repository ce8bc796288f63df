export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One line for people; `fields` for machines. */
export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
}
