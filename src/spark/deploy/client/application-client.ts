import { receive, setup, type Behavior } from '../../../actors/index.ts'
import {
  sessionClient,
  type OpenSession,
  type SessionClientMessage,
  type SessionNotice,
} from '../../../mesos/index.ts'
import type { ExecutorTemplate } from '../../executor/index.ts'
import {
  isApplicationEvent,
  type ApplicationCall,
  type ApplicationDescription,
  type ApplicationEvent,
  type ProfileRequest,
} from '../protocol/index.ts'

/** What an application's client is told by its backend. */
export interface ApplicationClientMessage {
  readonly type: 'call'
  readonly call: ApplicationCall
}

export interface ApplicationClientProps {
  readonly applicationId: string
  readonly application: ApplicationDescription
  readonly executor: ExecutorTemplate
  readonly openMaster: OpenSession<ApplicationCall, ApplicationEvent>
  /** The executors that it believes to run, for a master that is new. */
  readonly running: () => readonly number[]
  /** How many executors it wants at most, now. */
  readonly executorLimit: () => number | undefined
  /** … and which of resource profiles. */
  readonly profiles: () => readonly ProfileRequest[]
  readonly onEvent: (event: ApplicationEvent) => void
  /** No master is to be had, for the first time since there was one. */
  readonly onTrouble: (reason: string) => void
}

/**
 * An application's end of its session with the master: registers it with each master that comes, under its id and with what it has.
 *
 * @see StandaloneAppClient.scala of Spark
 */
export function applicationClient(
  props: ApplicationClientProps,
): Behavior<ApplicationClientMessage> {
  type Message = ApplicationClientMessage | SessionNotice<ApplicationEvent>
  return setup<Message>((ctx) => {
    const { applicationId, application, executor, openMaster: open } = props
    const master = ctx.spawn(
      sessionClient<ApplicationCall, ApplicationEvent>(
        { open, isEvent: isApplicationEvent },
        ctx.self,
      ),
      'master',
    )
    const say = (message: SessionClientMessage<ApplicationCall>): void => {
      master.tell(message)
    }
    let nextExecutorId = 0
    /** Nobody is to register it again. */
    let isOver = false
    return receive<Message>((message) => {
      switch (message.type) {
        case 'call':
          isOver ||= message.call.type === 'unregister-application'
          say(message)
          return
        case 'session-opened':
          if (isOver) return
          say({
            type: 'call',
            call: {
              type: 'register-application',
              applicationId,
              application,
              executor,
              nextExecutorId,
              executors: props.running(),
              executorLimit: props.executorLimit(),
              profiles: props.profiles(),
            },
          })
          return
        case 'session-event': {
          const { event } = message
          if (event.type === 'executor-added') {
            nextExecutorId = Math.max(nextExecutorId, event.executorId + 1)
          }
          if (event.type === 'application-registered') {
            say({ type: 'set-lease', leaseMs: event.leaseMs })
          }
          isOver ||= event.type === 'application-removed'
          props.onEvent(event)
          return
        }
        case 'session-failed':
          if (message.isFirst) props.onTrouble(message.reason)
          return
        case 'session-closed':
          if (isOver) {
            void ctx.stop(master)
            return
          }
          ctx.log.write('warn', `the master is lost: ${message.reason}; executors go on`)
      }
    })
  })
}
