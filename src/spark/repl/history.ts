import type { Disk, Environment } from '../../platform/index.ts'

/** Lines of earlier shells, the latest first as in the line editor; the file has the latest last. */
export class History {
  readonly #disk: Disk
  readonly #path: string | undefined
  #writing: Promise<void> = Promise.resolve()
  #next: readonly string[] | undefined

  constructor({ disk, processes }: Environment) {
    this.#disk = disk
    const home = processes.environment['HOME'] ?? processes.environment['USERPROFILE']
    this.#path =
      home === undefined || home === '' ? undefined : `${home}/.troupe/spark_shell_history`
  }

  async read(): Promise<readonly string[]> {
    if (this.#path === undefined || (await this.#disk.stat(this.#path)) === undefined) return []
    try {
      const text = new TextDecoder().decode(await this.#disk.readFile(this.#path))
      return text
        .split('\n')
        .filter((line) => line !== '')
        .reverse()
    } catch {
      // A shell without its history is of use still.
      return []
    }
  }

  /** Bound. Writes what came last; one write at a time. */
  readonly write = (lines: readonly string[]): void => {
    const isWaiting = this.#next !== undefined
    this.#next = [...lines]
    if (!isWaiting) this.#writing = this.#writing.then(() => this.#writeNext())
  }

  /** Once all is written. */
  async flush(): Promise<void> {
    await this.#writing
  }

  async #writeNext(): Promise<void> {
    const lines = this.#next
    this.#next = undefined
    if (lines === undefined || this.#path === undefined) return
    try {
      await this.#disk.makeDirectory(this.#path.replace(/\/[^/]*$/, ''))
      const text = `${[...lines].reverse().join('\n')}\n`
      // Others must not read it: it may have secrets in it.
      const fresh = `${this.#path}.new`
      await this.#disk.writeFile(fresh, new TextEncoder().encode(text), { mode: 0o600 })
      await this.#disk.rename(fresh, this.#path)
    } catch {
      // As above.
    }
  }
}
