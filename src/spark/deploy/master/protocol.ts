import { aRef, eitherOf, protocol, type ActorRef, type Shape } from '../../../actors/index.ts'
import type { SessionPulse } from '../../../mesos/index.ts'
import {
  isClientRequest,
  type ApplicationCall,
  type ApplicationEvent,
  type ClientRequest,
  type WorkerCall,
  type WorkerEvent,
} from '../protocol/index.ts'
import type { MasterState } from './state.ts'

/** Opens a worker's session. */
export interface ConnectWorker {
  readonly type: 'connect-worker'
  readonly subscriber: ActorRef<WorkerEvent | SessionPulse>
  readonly replyTo: ActorRef<WorkerConnected>
}

export interface WorkerConnected {
  readonly type: 'worker-connected'
  readonly session: ActorRef<WorkerCall | SessionPulse>
}

/** Opens an application's session. */
export interface ConnectApplication {
  readonly type: 'connect-application'
  readonly subscriber: ActorRef<ApplicationEvent | SessionPulse>
  readonly replyTo: ActorRef<ApplicationConnected>
}

export interface ApplicationConnected {
  readonly type: 'application-connected'
  readonly session: ActorRef<ApplicationCall | SessionPulse>
}

/** What others may tell a master. */
export type MasterRequest = ClientRequest | ConnectWorker | ConnectApplication

/** What a master takes; all but requests from its own process only. */
export type MasterMessage =
  | MasterRequest
  | { readonly type: 'get-state'; readonly replyTo: ActorRef<MasterState> }
  /** `host:port` of all that may lead. */
  | { readonly type: 'masters'; readonly addresses: readonly string[] }

export const isMasterRequest: Shape = eitherOf(
  isClientRequest,
  protocol<ConnectWorker | ConnectApplication>({
    'connect-worker': { subscriber: aRef, replyTo: aRef },
    'connect-application': { subscriber: aRef, replyTo: aRef },
  }),
)
