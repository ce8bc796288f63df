import type { ActorRef } from '../actor-ref.ts'
import type { Listing, ReceptionistMessage } from './protocol.ts'
import type { ServiceKey } from './service-key.ts'

/** Finds actors by what they offer: the typed way to the actor at `/system/receptionist`. */
export class Receptionist {
  readonly ref: ActorRef<ReceptionistMessage>

  constructor(ref: ActorRef<ReceptionistMessage>) {
    this.ref = ref
  }

  /** Lists an actor under a key until it terminates or is deregistered. */
  register<M>(key: ServiceKey<M>, ref: ActorRef<M>): void {
    this.ref.tell({ type: 'Register', key: key.name, ref })
  }

  deregister<M>(key: ServiceKey<M>, ref: ActorRef<M>): void {
    this.ref.tell({ type: 'Deregister', key: key.name, ref })
  }

  /** Who is listed under a key now, in the order of registration. */
  async find<M>(key: ServiceKey<M>): Promise<readonly ActorRef<M>[]> {
    const { refs } = await this.ref.ask<Listing<M>>((replyTo) => ({
      type: 'Find',
      key: key.name,
      replyTo: replyTo as ActorRef<Listing>,
    }))
    return refs
  }

  /** Tells `subscriber` who is listed under a key, at once and after every change. */
  subscribe<M>(key: ServiceKey<M>, subscriber: ActorRef<Listing<M>>): void {
    this.ref.tell({
      type: 'Subscribe',
      key: key.name,
      subscriber: subscriber as ActorRef<Listing>,
    })
  }

  unsubscribe<M>(key: ServiceKey<M>, subscriber: ActorRef<Listing<M>>): void {
    this.ref.tell({
      type: 'Unsubscribe',
      key: key.name,
      subscriber: subscriber as ActorRef<Listing>,
    })
  }
}
