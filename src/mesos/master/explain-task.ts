import { counted, type Subject } from '../../actors/index.ts'
import { agentSubject, frameworkSubject } from '../decision-points.ts'
import { isTerminal, type TaskStatus } from '../protocol/index.ts'
import { formatResources, unallocated } from '../resources/index.ts'
import type { FrameworkEntry, MasterState, TaskEntry } from './state.ts'

/** Of frameworks that might have launched a task that nobody knows. */
const MOST_FRAMEWORKS = 5
/** Of what the allocator says of one framework or agent. */
const MOST_LINES = 12

/** How something else stands, as all who know it tell. */
type Standing = (subject: Subject) => readonly string[]

/**
 * How a task stands with the master now: why it runs where it runs, how it has ended, or why it does not run. Of one that was
 * never launched: why not, as far as that is known, and how the frameworks stand that could launch it.
 */
export function accountOfTask(
  state: MasterState,
  wanted: Subject,
  standing: Standing,
): readonly string[] {
  const [kind, id, scope] = wanted.split(' ')
  if (kind !== 'task' || id === undefined || id === '') return []
  const living = [...state.frameworks.values()].filter((one) => isAmong(one, scope))
  const over = state.completedFrameworks
    .newest(state.options.maxCompletedFrameworks)
    .map(({ framework }) => framework)
    .filter((one) => isAmong(one, scope))
  const known = [...living, ...over].flatMap((framework) => ofFramework(state, framework, id))
  const refused = refusalsOf(state, id, scope)
  if (known.length > 0) return [...known, ...refused]
  // What others ask of a task with its scope they may know by themselves.
  if (refused.length === 0 && scope !== undefined) return []
  const unknown =
    refused.length > 0
      ? []
      : [
          `The master knows of no task ${id}: no framework has launched it in its time, or so long ago that it is forgotten (it remembers ${state.options.maxCompletedTasks} of each framework that have ended).`,
        ]
  return [...refused, ...unknown, ...mightLaunch(state, living, standing)]
}

function isAmong({ id }: FrameworkEntry, scope: string | undefined): boolean {
  return scope === undefined || id === scope
}

function ofFramework(state: MasterState, framework: FrameworkEntry, id: string): readonly string[] {
  const name = nameOf(framework, id)
  const active = framework.tasks.get(id)
  if (active !== undefined) return [ofActive(state, name, active), ...pastOf(active)]
  const away = framework.unreachable.get(id)
  if (away !== undefined) {
    const { task, sinceUnixMs } = away
    const where = placeOf(state, task)
    return [
      `${name} is out of reach since ${timeOf(sinceUnixMs)}: ${where} did not come back in time, and nobody knows whether it still runs there. To its framework it is ${task.state}.`,
      ...pastOf(task),
    ]
  }
  const { maxCompletedTasks } = state.options
  const ended = framework.completed.newest(maxCompletedTasks)
  const task = ended.findLast(({ info }) => info.task_id.value === id)
  if (task === undefined) return []
  return [
    `${name} does not run any more: it has ended as ${task.state} on ${placeOf(state, task)}${whyOf(task)}.`,
    ...pastOf(task),
  ]
}

function ofActive(state: MasterState, name: string, task: TaskEntry): string {
  const where = placeOf(state, task)
  if (isTerminal(task.state)) {
    return `${name} has ended as ${task.state} on ${where}${whyOf(task)}; its framework has not acknowledged that yet.`
  }
  if (task.isGivenUp === true) {
    return `${name} was lost to its framework while ${where} was out of reach; it is back there, and is being killed.`
  }
  const agent = state.agents.get(task.agentId)
  const role = [...task.resources.values()][0]?.identity.allocationRole ?? '*'
  const launched = `its framework launched it there with ${formatResources(unallocated(task.resources)) || 'nothing'}, out of an offer for role ${role}`
  const isAway = agent?.connection === undefined
  const kill = task.kill === undefined ? '' : ' Its framework has asked to kill it.'
  const wait =
    task.statuses.length > 0
      ? ''
      : isAway
        ? ' Whether the agent got it is not known: it is disconnected.'
        : ' Nobody has said anything of it since: its executor has yet to start, or to take it.'
  const away = isAway && task.statuses.length > 0 ? ' That agent is disconnected now.' : ''
  return `${name} is ${task.state} on ${where}: ${launched}.${wait}${away}${kill}`
}

/** Tasks of that id that were refused, and why. */
function refusalsOf(state: MasterState, id: string, scope: string | undefined): readonly string[] {
  return state.refusedTasks
    .newest(state.options.maxCompletedTasks)
    .filter((one) => one.id === id && (scope === undefined || one.frameworkId === scope))
    .map(
      ({ frameworkId, state: as, message, unixMs }) =>
        `A task ${id} of framework ${frameworkId} was refused at ${timeOf(unixMs)} and told ${as}: ${message}. It was never launched.`,
    )
}

/** How those stand that could launch it: what is offered to them, and what is not. */
function mightLaunch(
  state: MasterState,
  frameworks: readonly FrameworkEntry[],
  standing: Standing,
): readonly string[] {
  if (frameworks.length === 0) return ['No framework is subscribed that could launch it.']
  const told = frameworks.slice(0, MOST_FRAMEWORKS).flatMap((framework) => {
    const { id, info, connection, tasks } = framework
    const offers = [...state.offers.values()].filter(({ holding }) => holding.frameworkId === id)
    const name = `framework ${id} (${info.name})`
    if (connection === undefined) {
      return [`${name} is not connected, so it is offered nothing and launches nothing.`]
    }
    const running = `it has ${counted(tasks.size, 'task')}`
    if (offers.length > 0) {
      const held = offers
        .slice(0, MOST_FRAMEWORKS)
        .map(({ holding }) => `${formatResources(unallocated(holding.resources))}`)
      return [
        `${name} could launch it, and has not: ${running}, and ${counted(offers.length, 'offer')} that it has neither accepted nor declined (${held.join('; ')}).`,
      ]
    }
    return [
      `${name} has no offer to launch it out of; ${running}.`,
      ...standing(frameworkSubject(id)).slice(0, MOST_LINES),
    ]
  })
  const more = frameworks.length - MOST_FRAMEWORKS
  const agents = [...state.agents.values()].slice(0, MOST_FRAMEWORKS)
  return [
    ...told,
    ...(more > 0 ? [`There are ${counted(more, 'framework')} more.`] : []),
    ...(agents.length === 0 ? ['No agent is registered.'] : []),
    ...agents.flatMap(({ id }) => standing(agentSubject(id)).slice(0, 1)),
  ]
}

function nameOf({ id, info }: FrameworkEntry, taskId: string): string {
  return `task ${taskId} of framework ${id} (${info.name})`
}

function placeOf(state: MasterState, { agentId }: TaskEntry): string {
  const hostname = state.agents.get(agentId)?.info.hostname
  return hostname === undefined ? `agent ${agentId}` : `agent ${agentId} (${hostname})`
}

function whyOf({ statuses }: TaskEntry): string {
  const last = statuses.at(-1)
  if (last === undefined) return ''
  const why = [last.reason, last.message].filter((word) => word !== undefined && word !== '')
  const who = sources[last.source ?? ''] ?? 'its agent'
  return `, as ${who} said${atOf(last)}${why.length === 0 ? '' : ` (${why.join(': ')})`}`
}

/** What was said before the last word. */
function pastOf({ statuses }: TaskEntry): readonly string[] {
  const past = statuses.slice(0, -1).map((status) => `${status.state}${atOf(status)}`)
  return past.length === 0 ? [] : [`Before that it was ${past.join(', then ')}.`]
}

const sources: Readonly<Record<string, string>> = {
  SOURCE_MASTER: 'the master',
  SOURCE_AGENT: 'its agent',
  SOURCE_EXECUTOR: 'its executor',
}

function atOf({ timestamp }: TaskStatus): string {
  return timestamp === undefined ? '' : ` at ${timeOf(timestamp * 1000)}`
}

function timeOf(unixMs: number): string {
  return new Date(unixMs).toISOString()
}
