declare const messageType: unique symbol

/** The name of a service whose actors take messages of type `M`. Keys of one name are one key. */
export interface ServiceKey<in M> {
  readonly name: string
  readonly [messageType]?: (message: M) => void
}

/** A key for actors that take `M`. Give each name one type of message, everywhere. */
export function serviceKey<M>(name: string): ServiceKey<M> {
  return { name }
}
