import type { ActorRef } from '../../../actors/index.ts'

/** Money that is to go from one account to another; `id` makes doing it twice the same as once. */
export interface Order {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly amount: number
  /** The teller fails over it the first time it sees it. */
  readonly isTroublesome: boolean
}

export type VaultMessage =
  /** Takes the money out of `from` and holds it for the order. */
  | { readonly type: 'Reserve'; readonly order: Order; readonly replyTo: ActorRef<VaultReply> }
  /** Gives what is held for the order to `to`. */
  | { readonly type: 'Commit'; readonly order: Order; readonly replyTo: ActorRef<VaultReply> }
  /** What a teller writes down as it goes; numbered from 1 in each of its incarnations. */
  | { readonly type: 'Entry'; readonly teller: string; readonly number: number }

export type VaultReply =
  { readonly type: 'Done' } | { readonly type: 'Refused'; readonly reason: string }

export type TellerMessage =
  | {
      readonly type: 'Transfer'
      readonly order: Order
      readonly vault: ActorRef<VaultMessage>
      readonly replyTo: ActorRef<VaultReply>
    }
  | { readonly type: 'Tick' }
