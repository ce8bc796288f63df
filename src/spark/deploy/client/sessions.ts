import type { ActorRef } from '../../../actors/index.ts'
import type { OpenSession } from '../../../mesos/index.ts'
import type { ApplicationConnected, MasterRequest, WorkerConnected } from '../master/index.ts'
import type {
  ApplicationCall,
  ApplicationEvent,
  WorkerCall,
  WorkerEvent,
} from '../protocol/index.ts'

type Locate = () => Promise<ActorRef<MasterRequest>>

/** How a worker opens its sessions with the master that `locate` finds. */
export function openWorkerSession(locate: Locate): OpenSession<WorkerCall, WorkerEvent> {
  return async (subscriber) => {
    const master = await locate()
    const connected = await master.ask<WorkerConnected>((replyTo) => ({
      type: 'connect-worker',
      subscriber,
      replyTo,
    }))
    return connected.session
  }
}

/** The same for an application. */
export function openApplicationSession(
  locate: Locate,
): OpenSession<ApplicationCall, ApplicationEvent> {
  return async (subscriber) => {
    const master = await locate()
    const connected = await master.ask<ApplicationConnected>((replyTo) => ({
      type: 'connect-application',
      subscriber,
      replyTo,
    }))
    return connected.session
  }
}
