import type { Link } from './link.ts'

/** Which actor of the other side is there under a path: questions that wait for their answer. */
export class LinkQuestions {
  readonly #link: Link
  readonly #waiting: Map<number, (ref: object | undefined) => void> = new Map()
  #last = 0

  constructor(link: Link) {
    this.#link = link
  }

  /** The actor's ref, if there is one. @throws TROUPE_NODE_LOST */
  resolve(path: string): Promise<object | undefined> {
    const link = this.#link
    return new Promise((resolve, reject) => {
      if (link.lostWith !== undefined) {
        reject(link.lostWith)
        return
      }
      const number = ++this.#last
      this.#waiting.set(number, (ref) => {
        if (link.lostWith !== undefined) reject(link.lostWith)
        else resolve(ref)
      })
      link.control('resolve', number, path)
    })
  }

  answered(number: number, ref: object | undefined): void {
    const settle = this.#waiting.get(number)
    this.#waiting.delete(number)
    settle?.(ref)
  }

  linkLost(): void {
    for (const settle of this.#waiting.values()) settle(undefined)
    this.#waiting.clear()
  }
}
