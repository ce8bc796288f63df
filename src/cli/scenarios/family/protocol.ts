import type { ActorRef, AnyRef } from '../../../actors/index.ts'

export type KidMessage =
  /** Numbered from 1 for each kid; some may be lost with a connection, none may come twice or before an earlier one. */
  | { readonly type: 'Call'; readonly number: number }
  /** The kid fails over it. */
  | { readonly type: 'Stumble' }
  /** A timer's, of the life that has set it. */
  | { readonly type: 'Beat'; readonly life: string }
  | { readonly type: 'Round'; readonly round: number; readonly replyTo: ActorRef<number> }

export type ToyMessage = { readonly type: 'Tick' }

/** A kid has a new toy, which the house is to watch. */
export interface NewToy {
  readonly type: 'NewToy'
  readonly toy: string
  readonly ref: AnyRef
}

/** What a kid is started with. */
export interface KidProps {
  /** Where its chronicle is kept; see `chronicleOf`. */
  readonly run: string
  readonly kid: string
  readonly house: ActorRef<NewToy>
}
