import type { Clock, Disk, Log } from '../../platform/index.ts'

const encoder = new TextEncoder()
const two = (value: number): string => String(value).padStart(2, '0')

/** Where a run says what it does: the sandbox' `stderr`, in lines as Mesos' own logs have them. */
export class SandboxLog {
  readonly #disk: Disk
  readonly #clock: Pick<Clock, 'wallNow'>
  readonly #path: string
  readonly #pid: number
  readonly #log: Log

  constructor(
    environment: {
      readonly disk: Disk
      readonly clock: Pick<Clock, 'wallNow'>
      readonly log: Log
      readonly pid: number
    },
    sandbox: string,
  ) {
    this.#disk = environment.disk
    this.#clock = environment.clock
    this.#log = environment.log
    this.#pid = environment.pid
    this.#path = `${sandbox}/stderr`
  }

  /** `I` informs, `W` warns, `E` tells of a failure. Resolves when the line is there; one that can't be written is let go. */
  async write(level: 'I' | 'W' | 'E', text: string): Promise<void> {
    const line = `${logHead(level, this.#clock.wallNow(), this.#pid)} ${text}\n`
    try {
      await this.#disk.addTo(this.#path, encoder.encode(line))
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#log.write('warn', 'a line of the fetcher is lost', { line: text, reason })
    }
  }
}

/** `I1123 03:11:05.000000 4711 fetcher]`; the time is UTC. */
function logHead(level: string, unixMs: number, pid: number): string {
  const at = new Date(unixMs)
  const day = `${two(at.getUTCMonth() + 1)}${two(at.getUTCDate())}`
  const time = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':')
  const micros = String(at.getUTCMilliseconds() * 1000).padStart(6, '0')
  return `${level}${day} ${time}.${micros} ${pid} fetcher]`
}
