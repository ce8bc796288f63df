import { ClosureError } from './errors.ts'

/** How instances of a class travel. */
export interface ClosureCodec<Instance = unknown, Data = unknown> {
  /** Unique among the codecs of a registry; for messages and logs. */
  readonly name: string
  /** What to send in the instance's place: anything that a closure may capture. */
  readonly encode: (instance: Instance) => Data
  /**
   * Makes the instance again. Travels as a captured function itself, so that the other side needs no
   * registration: it obeys the same rules (no `this`, no assigned variables …).
   */
  readonly decode: (data: Data) => Instance
}

/** A class, as far as a codec needs to know it. */
export type ClassOf<Instance> = abstract new (...args: never) => Instance

/** Codecs by class. A subclass needs one of its own. */
export class CodecRegistry {
  readonly #byPrototype = new Map<object, ClosureCodec>()
  readonly #classOfName = new Map<string, object>()

  /** Replaces the codec of the same class. @throws TROUPE_CLOSURE_CODEC_TAKEN for a name another class has */
  register<Instance extends object, Data>(
    type: ClassOf<Instance>,
    codec: ClosureCodec<Instance, Data>,
  ): void {
    const prototype = (type as { readonly prototype: object }).prototype
    const holder = this.#classOfName.get(codec.name)
    if (holder !== undefined && holder !== prototype) {
      throw new ClosureError(
        'TROUPE_CLOSURE_CODEC_TAKEN',
        `The codec name ${JSON.stringify(codec.name)} belongs to another class; give the codec of ${type.name} a name of its own`,
        { data: { codec: codec.name, class: type.name } },
      )
    }
    const previous = this.#byPrototype.get(prototype)
    if (previous !== undefined) this.#classOfName.delete(previous.name)
    this.#classOfName.set(codec.name, prototype)
    this.#byPrototype.set(prototype, codec as unknown as ClosureCodec)
  }

  /** The codec of exactly the class with this prototype. */
  of(prototype: object): ClosureCodec | undefined {
    return this.#byPrototype.get(prototype)
  }
}

/** The registry that captures use unless they are given another. */
export const defaultCodecs: CodecRegistry = new CodecRegistry()

/**
 * Lets instances of `type` be captured by functions that travel, in this process.
 *
 * @throws TROUPE_CLOSURE_CODEC_TAKEN for a name that another class has
 */
export function registerCodec<Instance extends object, Data>(
  type: ClassOf<Instance>,
  codec: ClosureCodec<Instance, Data>,
): void {
  defaultCodecs.register(type, codec)
}
