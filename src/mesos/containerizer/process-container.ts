import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import { isTroupeError, type ChildProcess, type Environment } from '../../platform/index.ts'
import { commandLineOf } from './command.ts'
import type { ContainerMessage, ContainerNotice, ContainerSpec } from './protocol.ts'

type OwnMessage =
  | { readonly type: 'started'; readonly process: ChildProcess }
  | { readonly type: 'failed'; readonly reason: string }
  | {
      readonly type: 'exited'
      readonly code: number | undefined
      readonly signal: string | undefined
    }

interface State {
  readonly process: ChildProcess | undefined
  /** Destroyed before it had started. */
  readonly isDoomed: boolean
}

/**
 * A container that isolates nothing: one process of the operating system, in a session of its own, in its sandbox, with
 * its output in files. It outlives the agent's process, but not this actor: whoever stops the actor ends the process.
 */
export function processContainer(
  spec: ContainerSpec,
  owner: ActorRef<ContainerNotice>,
): Behavior<ContainerMessage> {
  const { containerId } = spec
  const behavior = setup<ContainerMessage | OwnMessage>((ctx) => {
    let running: ChildProcess | undefined
    let isOver = false
    const starting = start(ctx.environment, spec).then((process) => {
      // Whoever stopped this actor meanwhile will never hear of the process.
      if (isOver) process.kill('SIGKILL')
      return process
    })
    ctx.pipeToSelf(starting, (process, error) =>
      process === undefined
        ? { type: 'failed', reason: isTroupeError(error) ? error.message : String(error) }
        : { type: 'started', process },
    )
    return stateful<State, ContainerMessage | OwnMessage>(
      { process: undefined, isDoomed: false },
      (state, message) => {
        switch (message.type) {
          case 'destroy':
            state.process?.kill('SIGKILL')
            return { ...state, isDoomed: true }
          case 'started': {
            const { process } = message
            running = process
            ctx.pipeToSelf(process.exited, (exit) => ({
              type: 'exited',
              code: exit?.code,
              signal: exit?.signal,
            }))
            owner.tell({ type: 'container-started', containerId, pid: process.pid })
            if (state.isDoomed) process.kill('SIGKILL')
            return { ...state, process }
          }
          case 'failed':
            owner.tell({ type: 'container-failed', containerId, reason: message.reason })
            ctx.stop()
            return state
          case 'exited': {
            const { code, signal } = message
            running = undefined
            owner.tell({ type: 'container-exited', containerId, exit: { code, signal } })
            ctx.stop()
            return { ...state, process: undefined }
          }
        }
      },
      (state, signal) => {
        if (signal.type === 'Terminated') return state
        isOver = true
        running?.kill('SIGKILL')
        return state
      },
    )
  })
  return behavior
}

async function start(environment: Environment, spec: ContainerSpec): Promise<ChildProcess> {
  const line = commandLineOf(spec.command)
  const own = spec.command.environment?.variables ?? []
  await environment.disk.makeDirectory(spec.sandbox)
  if (spec.latest !== undefined) await environment.disk.link(spec.sandbox, spec.latest)
  return environment.processes.start({
    ...line,
    environment: {
      ...spec.environment,
      ...Object.fromEntries(own.map(({ name, value = '' }) => [name, value])),
    },
    directory: spec.sandbox,
    detached: true,
    stdout: `${spec.sandbox}/stdout`,
    stderr: `${spec.sandbox}/stderr`,
  })
}
