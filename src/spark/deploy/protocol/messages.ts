import type { ActorRef } from '../../../actors/index.ts'
import type { ExecutorTemplate } from '../../executor/index.ts'
import type {
  ApplicationDescription,
  DriverDescription,
  HeldExecutor,
  ProfileRequest,
  WorkerDescription,
} from './descriptions.ts'
import type { ApplicationState, DriverState, ExecutorState } from './states.ts'

/** Which masters may lead, now: who had named one of them knows all of them then. */
export interface MastersChanged {
  readonly type: 'masters-changed'
  /** `host:port` of each. */
  readonly masters: readonly string[]
}

/** What a worker says in its session. */
export type WorkerCall =
  | {
      readonly type: 'register-worker'
      readonly worker: WorkerDescription
      /** What it runs already, when it comes back. */
      readonly executors: readonly HeldExecutor[]
      readonly drivers: readonly string[]
    }
  | { readonly type: 'heartbeat' }
  | {
      readonly type: 'executor-changed'
      readonly applicationId: string
      readonly executorId: number
      readonly state: ExecutorState
      readonly message?: string | undefined
      readonly exitStatus?: number | undefined
    }
  | {
      readonly type: 'driver-changed'
      readonly driverId: string
      readonly state: DriverState
      readonly message?: string | undefined
    }

/** What a worker is told. */
export type WorkerEvent =
  | {
      readonly type: 'worker-registered'
      /** How often it is to send a heartbeat. */
      readonly heartbeatMs: number
      /** The silence of its master after which it looks for another. */
      readonly leaseMs: number
    }
  | {
      readonly type: 'launch-executor'
      readonly applicationId: string
      readonly executorId: number
      readonly cores: number
      readonly memoryMb: number
      readonly executor: ExecutorTemplate
    }
  | {
      readonly type: 'kill-executor'
      readonly applicationId: string
      readonly executorId: number
      readonly reason: string
    }
  | {
      readonly type: 'launch-driver'
      readonly driverId: string
      readonly driver: DriverDescription
    }
  | { readonly type: 'kill-driver'; readonly driverId: string }
  | MastersChanged

/** What an application says in its session. */
export type ApplicationCall =
  | {
      readonly type: 'register-application'
      readonly applicationId: string
      readonly application: ApplicationDescription
      readonly executor: ExecutorTemplate
      /** Lower ids were taken before. */
      readonly nextExecutorId: number
      /** Those it believes to run, when it comes back. */
      readonly executors: readonly number[]
      /** How many it wants at most; any number otherwise. */
      readonly executorLimit?: number | undefined
      /** What it wants besides. */
      readonly profiles?: readonly ProfileRequest[] | undefined
    }
  | { readonly type: 'unregister-application' }
  /** How many executors it wants at most. */
  | { readonly type: 'request-executors'; readonly total: number }
  /** … of a resource profile. */
  | { readonly type: 'request-profile'; readonly request: ProfileRequest }
  | { readonly type: 'kill-executors'; readonly executorIds: readonly number[] }

/** What an application is told. */
export type ApplicationEvent =
  | MastersChanged
  | { readonly type: 'application-registered'; readonly leaseMs: number }
  | {
      readonly type: 'application-removed'
      readonly state: ApplicationState
      readonly message: string
    }
  | {
      readonly type: 'executor-added'
      readonly executorId: number
      readonly workerId: string
      readonly host: string
      readonly cores: number
      readonly memoryMb: number
    }
  | {
      readonly type: 'executor-updated'
      readonly executorId: number
      readonly state: ExecutorState
      readonly message: string
      readonly exitStatus?: number | undefined
    }

/** What became of a wish about drivers, in Spark's words. */
export interface DriverReply {
  readonly type: 'driver-reply'
  readonly success: boolean
  readonly message: string
  /** Of the driver that was submitted, or asked for. */
  readonly driverId?: string | undefined
}

/** What is known of a driver. */
export interface DriverStatus {
  readonly type: 'driver-status'
  readonly driverId: string
  readonly found: boolean
  readonly state?: DriverState | undefined
  readonly workerId?: string | undefined
  readonly workerHostPort?: string | undefined
  /** Why it has failed. */
  readonly message?: string | undefined
}

/** What clients ask a master. */
export type ClientRequest =
  | {
      readonly type: 'submit-driver'
      readonly driver: DriverDescription
      readonly replyTo: ActorRef<DriverReply>
    }
  | {
      readonly type: 'kill-driver'
      readonly driverId: string
      readonly replyTo: ActorRef<DriverReply>
    }
  | {
      readonly type: 'driver-status'
      readonly driverId: string
      readonly replyTo: ActorRef<DriverStatus>
    }
