/** A JSON object that somebody else may have written: what is not there, or is something else, reads as nothing. */
export class Fields {
  readonly #fields: Readonly<Record<string, unknown>>

  constructor(value: unknown) {
    const isFields = typeof value === 'object' && value !== null && !Array.isArray(value)
    this.#fields = isFields ? (value as Readonly<Record<string, unknown>>) : {}
  }

  has(name: string): boolean {
    return this.#fields[name] !== undefined && this.#fields[name] !== null
  }

  text(name: string, otherwise: string = ''): string {
    return this.optionalText(name) ?? otherwise
  }

  /** Numbers, too, as text. */
  optionalText(name: string): string | undefined {
    const value = this.#fields[name]
    if (typeof value === 'string') return value
    return typeof value === 'number' ? String(value) : undefined
  }

  number(name: string, otherwise: number = 0): number {
    return this.optionalNumber(name) ?? otherwise
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#fields[name]
    return typeof value === 'number' ? value : undefined
  }

  flag(name: string): boolean {
    return this.#fields[name] === true
  }

  of(name: string): Fields {
    return new Fields(this.#fields[name])
  }

  list(name: string): readonly Fields[] {
    const value = this.#fields[name]
    return Array.isArray(value) ? value.map((item) => new Fields(item)) : []
  }

  numbers(name: string): readonly number[] {
    const value = this.#fields[name]
    return Array.isArray(value) ? value.filter((item) => typeof item === 'number') : []
  }

  /** Names and texts. */
  texts(): [name: string, text: string][] {
    return Object.entries(this.#fields).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    )
  }

  names(): readonly string[] {
    return Object.keys(this.#fields)
  }
}
