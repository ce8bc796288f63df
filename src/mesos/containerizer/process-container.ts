import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import { isTroupeError, type Environment, type ProcessExit } from '../../platform/index.ts'
import { commandLineOf } from './command.ts'
import { findProcess, ownProcess, type ContainedProcess } from './contained-process.ts'
import type { ContainerMessage, ContainerNotice, ContainerSpec } from './protocol.ts'

type OwnMessage =
  | { readonly type: 'started'; readonly process: ContainedProcess }
  | { readonly type: 'failed'; readonly reason: string }
  | {
      readonly type: 'exited'
      readonly exit: ProcessExit | undefined
    }

interface State {
  readonly process: ContainedProcess | undefined
  /** Destroyed before it had started. */
  readonly isDoomed: boolean
}

/**
 * A container that isolates nothing: one process of the operating system, in a session of its own, in its sandbox, with
 * its output in files. It outlives the agent's process; this actor only if it is to (`outlivesAgent`): otherwise whoever
 * stops the actor ends the process.
 */
export function processContainer(
  spec: ContainerSpec,
  owner: ActorRef<ContainerNotice>,
): Behavior<ContainerMessage> {
  const { containerId } = spec
  const behavior = setup<ContainerMessage | OwnMessage>((ctx) => {
    const outlives = spec.outlivesAgent === true
    let running: ContainedProcess | undefined
    let isOver = false
    const starting = start(ctx.environment, spec).then((process) => {
      // Whoever stopped this actor meanwhile will never hear of the process.
      if (isOver && !outlives) process.kill()
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
            state.process?.kill()
            return { ...state, isDoomed: true }
          case 'started': {
            const { process } = message
            running = process
            ctx.pipeToSelf(process.exited, (exit) => ({ type: 'exited', exit }))
            const { pid, mark } = process
            owner.tell({ type: 'container-started', containerId, pid, mark })
            if (state.isDoomed) process.kill()
            return { ...state, process }
          }
          case 'failed':
            owner.tell({ type: 'container-failed', containerId, reason: message.reason })
            ctx.stop()
            return state
          case 'exited': {
            running = undefined
            owner.tell({ type: 'container-exited', containerId, exit: message.exit })
            ctx.stop()
            return { ...state, process: undefined }
          }
        }
      },
      (state, signal) => {
        if (signal.type === 'Terminated') return state
        isOver = true
        if (!outlives) running?.kill()
        return state
      },
    )
  })
  return behavior
}

async function start(environment: Environment, spec: ContainerSpec): Promise<ContainedProcess> {
  if (spec.running !== undefined) return findProcess(environment, spec.running)
  const line = commandLineOf(spec.command)
  const own = spec.command.environment?.variables ?? []
  await environment.disk.makeDirectory(spec.sandbox)
  if (spec.latest !== undefined) await environment.disk.link(spec.sandbox, spec.latest)
  const child = await environment.processes.start({
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
  return ownProcess(environment, child)
}
