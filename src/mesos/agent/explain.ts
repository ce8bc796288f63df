import { counted, type DecisionNote, type LazyNote } from '../../actors/index.ts'
import { agentSubject, executorSubject, taskSubject } from '../decision-points.ts'
import type { ExecutorEnding, ExecutorState } from './state.ts'

type ExecutorName = Pick<ExecutorState, 'frameworkId' | 'info' | 'containerId'>

type Launching = ExecutorName & Pick<ExecutorState, 'connection' | 'ending'>

/** Which executor a task was handed to. */
export function launchNote(
  taskId: string,
  { frameworkId, info, containerId, connection, ending }: Launching,
  isNew: boolean,
): LazyNote {
  // Nothing else of the executor is held on to.
  const executor = { frameworkId, info, containerId, connection, ending }
  return { toNote: () => launchWords(taskId, executor, isNew) }
}

function launchWords(id: string, executor: Launching, isNew: boolean): DecisionNote {
  const { frameworkId, containerId, ending } = executor
  const name = nameOf(executor)
  const running =
    executor.connection === undefined
      ? 'it was started before; the task waits until it subscribes'
      : 'it runs here already'
  return {
    asked: `Which executor is handed task ${id} of framework ${frameworkId}?`,
    ...(ending !== undefined
      ? {
          chosen: `none: the task ends as ${ending.state}`,
          because: `${name} is ending (${ending.message})`,
        }
      : isNew
        ? { chosen: `${name}, started in container ${containerId}`, because: 'it did not run here' }
        : { chosen: name, because: running }),
    about: [taskSubject(frameworkId, id), ...aboutOf(executor)],
  }
}

/** Why an executor was asked to end. */
export function endingNote(executor: ExecutorName, ending: ExecutorEnding): DecisionNote {
  return {
    asked: `May ${nameOf(executor)} in container ${executor.containerId} go on?`,
    chosen: `no: it is asked to shut down, and its tasks end as ${ending.state}`,
    because: `${ending.message} (${ending.reason})`,
    about: aboutOf(executor),
  }
}

/** What becomes of the tasks of an executor whose container has ended. */
export function endedNote(
  executor: ExecutorName & Pick<ExecutorState, 'tasks' | 'connection'>,
  ending: ExecutorEnding,
  status: number,
): DecisionNote {
  const tasks = [...executor.tasks.keys()]
  return {
    asked: `What becomes of ${counted(tasks.length, 'task')} of ${nameOf(executor)}, whose container ${executor.containerId} ${sayStatus(status)}?`,
    chosen: `they end as ${ending.state}, and what the executor held is free`,
    because: `${ending.message} (${ending.reason})`,
    about: [...aboutOf(executor), ...tasks.map((id) => taskSubject(executor.frameworkId, id))],
  }
}

/** What the master has made of this agent. */
export function registrationNote(
  agentId: string | undefined,
  chosen: string,
  because: string,
): DecisionNote {
  return {
    asked: 'Does this agent belong to a cluster?',
    chosen,
    because,
    about: agentId === undefined ? [] : [agentSubject(agentId)],
  }
}

function nameOf({ info }: ExecutorName): string {
  return `executor ${info.executor_id.value}`
}

function aboutOf({ frameworkId, info }: ExecutorName): readonly string[] {
  return [executorSubject(frameworkId, info.executor_id.value)]
}

/** The status of wait(2) in words. */
function sayStatus(status: number): string {
  const signal = status & 0x7f
  return signal === 0 ? `has exited with code ${status >> 8}` : `was ended by signal ${signal}`
}
