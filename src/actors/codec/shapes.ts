/** The keys of a kind of object, in their order, which one connection has given a number. */
export interface Shape {
  readonly keys: readonly string[]
  /** Its number on the connection; -1 while the other side does not know it. */
  id: number
  /** For each key the shape that its value had last: most objects look like the one before. */
  readonly inner: (Shape | undefined)[]
}

interface Step {
  shape: Shape | undefined
  next: Map<string, Step> | undefined
}

/** Numbers of shapes on one connection: as many as there are words of its tags and the one for {@link PASSING_ID}. */
const MAX_SHAPES = 1_023
/** The number of shapes that nobody need remember. */
export const PASSING_ID = 1_023
/** An object with more keys is taken for a dictionary, whose keys come once. */
const MAX_KEYS = 64

/** The shapes that one connection has named. */
export class Shapes {
  readonly #root: Step = { shape: undefined, next: undefined }
  #named = 0

  /** No number is left: begin anew soon. */
  get isFull(): boolean {
    return this.#named >= MAX_SHAPES
  }

  /** The shape with these keys; undefined for one that is not to be remembered. */
  find(keys: readonly string[]): Shape | undefined {
    if (keys.length > MAX_KEYS) return undefined
    let step = this.#root
    for (const key of keys) {
      step.next ??= new Map()
      let next = step.next.get(key)
      if (next === undefined) {
        if (this.isFull) return undefined
        next = { shape: undefined, next: undefined }
        step.next.set(key, next)
      }
      step = next
    }
    return (step.shape ??= { keys, id: -1, inner: keys.map(() => undefined) })
  }

  /** Gives `shape` a number; false if none is left. */
  name(shape: Shape): boolean {
    if (this.isFull) return false
    shape.id = this.#named++
    return true
  }
}
