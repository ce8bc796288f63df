import { receive, setup, type ActorRef, type Behavior } from '../../../actors/index.ts'
import type { ExecutorCommand } from '../../executor/protocol.ts'
import type { ExecutorRegistryMessage, SessionCommand } from './protocol.ts'

/** What a session is made of. */
export interface SessionProps {
  readonly executorId: string
  readonly executor: ActorRef<ExecutorCommand>
  readonly registry: ActorRef<ExecutorRegistryMessage>
  /** The application's token: it proves that code comes from this driver. */
  readonly token: Uint8Array
}

/**
 * The driver's side of one executor: ships the code of a stage once, before its first task, and tells the registry
 * when the executor is gone.
 */
export function executorSession(props: SessionProps): Behavior<SessionCommand> {
  const { executorId, executor, registry, token } = props
  return setup((ctx) => {
    const loaded = new Set<number>()
    ctx.watch(executor)
    return receive<SessionCommand>(
      (command) => {
        switch (command.type) {
          case 'launch': {
            const { task, binary, replyTo } = command
            const { stageId } = task
            if (!loaded.has(stageId)) {
              loaded.add(stageId)
              const proof = ctx.environment.crypto.hmacSha256(token, binary)
              executor.tell({ type: 'load-stage', stageId, binary, proof })
            }
            executor.tell({ type: 'run-task', task, replyTo })
            return
          }
          case 'cancel':
            executor.tell({ type: 'cancel-task', taskAttemptId: command.taskAttemptId })
            return
          case 'peer-lost':
            executor.tell(command)
            return
          case 'end':
            ctx.unwatch(executor)
            executor.tell({ type: 'shut-down', reason: command.reason })
            ctx.stop()
            return
        }
      },
      (signal) => {
        if (signal.type !== 'Terminated') return
        registry.tell({
          type: 'executor-gone',
          executorId,
          reason: `its actor is gone: ${signal.reason}`,
        })
      },
    )
  })
}
