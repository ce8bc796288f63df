import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { CheckNotice } from '../built-in/index.ts'
import type { ContainerMessage, ExecAnswer } from '../containerizer/index.ts'
import type { CheckInfo, CheckStatusInfo, CommandInfo, HealthCheck } from '../protocol/index.ts'
import { probeHttp, probeTcp } from './probe.ts'
import {
  checkResult,
  emptyStatus,
  healthResult,
  newHealth,
  problemOf,
  type HealthState,
  type ProbeResult,
} from './results.ts'

/** What is checked, by what, and who is told. */
export interface CheckerOptions {
  readonly taskId: string
  readonly check:
    | { readonly kind: 'health'; readonly info: HealthCheck }
    | { readonly kind: 'check'; readonly info: CheckInfo }
  /** Of the task: commands run there. */
  readonly container: ActorRef<ContainerMessage>
  readonly owner: ActorRef<CheckNotice>
}

type Message =
  { readonly type: 'due' } | { readonly type: 'probed'; readonly result: ProbeResult } | ExecAnswer

interface State {
  readonly health: HealthState
  readonly status: CheckStatusInfo
}

/** Where the ports of tasks are. */
const HOST = '127.0.0.1'
/** No time is too long. */
const FOREVER_MS = 2 ** 31 - 1
/** What a container may take for its answer beyond the timeout of a command. */
const ANSWER_MS = 5000

/** Checks a task from now on, until it is stopped. */
export function checker(options: CheckerOptions): Behavior<never> {
  const { taskId, check, container, owner } = options
  const { info } = check
  return setup<Message>((ctx) => {
    const { clock, http, network } = ctx.environment
    const startedMs = clock.now()
    const intervalMs = (info.interval_seconds ?? 10) * 1000
    const wantedMs = (info.timeout_seconds ?? 20) * 1000
    const timeoutMs = wantedMs > 0 ? wantedMs : FOREVER_MS

    const wait = (ms: number): void => {
      ctx.timers.startSingle('due', { type: 'due' }, ms)
    }

    const pipe = (probing: Promise<ProbeResult>): void => {
      ctx.pipeToSelf(probing, (result, error) => ({
        type: 'probed',
        result: result ?? { type: 'failed', reason: String(error) },
      }))
    }

    const probe = (): void => {
      const command = commandOf(options)
      if (command !== undefined) {
        container.tell({ type: 'exec', command, timeoutMs, replyTo: ctx.self })
        // A container that ends may not answer.
        const latestMs = Math.min(FOREVER_MS, timeoutMs + ANSWER_MS)
        ctx.timers.startSingle('silent', { type: 'exec-timed-out' }, latestMs)
        return
      }
      if (info.http !== undefined) {
        const { port, path = '' } = info.http
        const scheme = check.kind === 'health' ? (check.info.http?.scheme ?? 'http') : 'http'
        pipe(probeHttp({ http }, { scheme, host: HOST, port, path }, timeoutMs))
        return
      }
      pipe(probeTcp({ network }, HOST, info.tcp?.port ?? 0, timeoutMs))
    }

    const took = (state: State, result: ProbeResult): State => {
      ctx.timers.cancel('silent')
      wait(intervalMs)
      const problem = problemOf(result)
      if (problem !== undefined) {
        ctx.log.write('info', `${check.kind} check failed`, { task: taskId, problem })
      }
      if (check.kind === 'check') {
        const status = checkResult(state.status, check.info, result)
        if (status !== state.status)
          owner.tell({ type: 'task-checked', taskId, check_status: status })
        return { ...state, status }
      }
      const sinceMs = clock.now() - startedMs
      const [health, news] = healthResult(state.health, check.info, problem === undefined, sinceMs)
      if (news !== undefined) owner.tell({ type: 'task-health', taskId, ...news })
      return { ...state, health }
    }

    wait((info.delay_seconds ?? 15) * 1000)
    const initial: State = { health: newHealth, status: emptyStatus(info as CheckInfo) }
    return stateful<State, Message>(initial, (state, message) => {
      switch (message.type) {
        case 'due':
          probe()
          return state
        case 'probed':
          return took(state, message.result)
        case 'exec-ended': {
          const { code, signal } = message.exit
          return took(
            state,
            code === undefined
              ? {
                  type: 'failed',
                  reason: `Command returned terminated with signal ${signal ?? ''}`,
                }
              : { type: 'command', exitCode: code },
          )
        }
        case 'exec-timed-out': {
          const seconds = timeoutMs / 1000
          const reason = `Command has not returned after ${seconds}secs; aborting`
          return took(state, { type: 'failed', reason })
        }
        case 'exec-failed':
          return took(state, {
            type: 'failed',
            reason: `Failed to create subprocess: ${message.reason}`,
          })
      }
    })
  })
}

/** The command of a check that has one. */
function commandOf({ check }: CheckerOptions): CommandInfo | undefined {
  if (check.info.type !== 'COMMAND') return undefined
  return check.kind === 'health' ? check.info.command : check.info.command?.command
}
