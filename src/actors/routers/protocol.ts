import type { ActorRef, AnyRef } from '../actor-ref.ts'

/** What every router takes besides the messages it routes. */
export type RouterControl = GetRoutees | ResizePool

/** Asks for the routees. */
export interface GetRoutees {
  readonly type: 'troupe.router.GetRoutees'
  readonly replyTo: ActorRef<RouteesReply>
}

/** Makes a pool larger or smaller; groups ignore it. Routees that leave first handle what they were sent. */
export interface ResizePool {
  readonly type: 'troupe.router.ResizePool'
  /** 0 … 65,536 */
  readonly size: number
}

export interface RouteesReply {
  readonly type: 'Routees'
  readonly routees: readonly { readonly id: string; readonly ref: AnyRef; readonly load: number }[]
}

export function isRouterControl(message: unknown): message is RouterControl {
  if (typeof message !== 'object' || message === null) return false
  const { type } = message as { readonly type?: unknown }
  return type === 'troupe.router.GetRoutees' || type === 'troupe.router.ResizePool'
}
