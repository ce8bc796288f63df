export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** One line for people; `fields` for machines. */
export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
  /** Whether lines of all levels are written from now on, or as before. Absent where all are anyway. */
  setDetailed?(isDetailed: boolean): void
  /** Lines below the level are dropped from now on. Absent where all are written. */
  setLevel?(level: LogLevel | 'off'): void
}
