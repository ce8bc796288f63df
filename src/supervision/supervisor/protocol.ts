import type { ActorRef, AnyRef, ChildRestart } from '../../actors/index.ts'
import type { AnyChildSpec } from '../child-spec.ts'

/** What a supervisor can be asked. Its specs hold functions, so it takes `StartChild` from its own node. */
export type SupervisorMessage =
  | { readonly type: 'WhichChildren'; readonly replyTo: ActorRef<ChildrenReply> }
  | { readonly type: 'CountChildren'; readonly replyTo: ActorRef<CountReply> }
  | {
      readonly type: 'StartChild'
      readonly spec: AnyChildSpec
      readonly replyTo: ActorRef<ChildReply>
    }
  /** Stops a child and keeps its spec (a temporary one's is deleted); replies when it has terminated. */
  | { readonly type: 'TerminateChild'; readonly id: string; readonly replyTo: ActorRef<ChildReply> }
  /** Starts a child that was terminated, or that ended. */
  | { readonly type: 'RestartChild'; readonly id: string; readonly replyTo: ActorRef<ChildReply> }
  /** Forgets the spec of a child that does not run. */
  | { readonly type: 'DeleteChild'; readonly id: string; readonly replyTo: ActorRef<ChildReply> }

/** One child, in the order of the specs. */
export interface ChildInfo {
  readonly id: string
  readonly ref: AnyRef | undefined
  readonly restart: ChildRestart
  readonly significant: boolean
  readonly status: 'running' | 'stopping' | 'ended'
}

export interface ChildrenReply {
  readonly type: 'Children'
  readonly children: readonly ChildInfo[]
}

export interface CountReply {
  readonly type: 'Count'
  readonly specs: number
  readonly running: number
}

export type ChildReply =
  | { readonly type: 'ChildStarted'; readonly id: string; readonly ref: AnyRef }
  | { readonly type: 'ChildTerminated'; readonly id: string }
  | { readonly type: 'ChildDeleted'; readonly id: string }
  | { readonly type: 'ChildRefused'; readonly id: string; readonly reason: ChildRefusal }

/**
 * `already-present`: a spec of that id is kept, its child has ended. `already-running`, `not-found`: as they
 * say. `stopping`: wait for the reply of the termination. `illegal`: no name, option or behavior to start it with.
 */
export type ChildRefusal =
  'already-present' | 'already-running' | 'not-found' | 'running' | 'stopping' | 'illegal'
