const MAX_NAME = 64
/** Where types beyond the bound are counted. */
const OTHER = 0

/**
 * The types of messages that a system has met, as small numbers; at most so many, then `other`. A message's type is
 * its `type` where that is a string, else the name of its class or primitive.
 */
export class MessageTypes {
  readonly #numbers: Map<string, number> = new Map()
  readonly #names: string[] = ['other']
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  /** The number of a message's type. */
  of(message: unknown): number {
    const name = typeOf(message)
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    if (this.#names.length > this.#max) return OTHER
    const number = this.#names.push(name) - 1
    this.#numbers.set(name, number)
    return number
  }

  nameOf(number: number): string {
    return this.#names[number] ?? 'other'
  }

  get size(): number {
    return this.#names.length
  }
}

/** The name of a message's type, of at most 64 characters. Never throws, whatever the message does. */
export function typeOf(message: unknown): string {
  if (typeof message !== 'object' || message === null)
    return message === null ? 'null' : typeof message
  try {
    const { type } = message as { readonly type?: unknown }
    if (typeof type === 'string') return short(type)
    const { name } = message.constructor
    return typeof name === 'string' && name !== '' ? short(name) : 'Object'
  } catch {
    return 'unreadable'
  }
}

/** A copy: a slice would hold on to all of a long string. */
function short(name: string): string {
  return name.length <= MAX_NAME ? name : `${[...name.slice(0, MAX_NAME - 1)].join('')}…`
}
