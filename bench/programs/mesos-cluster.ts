import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { receive, setup, type ActorRef, type ActorSystem } from '../../src/actors/index.ts'
import type { Behavior } from '../../src/actors/index.ts'
import {
  agentBehavior,
  connectAgent,
  connectExecutor,
  executorDriver,
  parseResources,
  toWire,
  type AgentMessage,
  type Containerizer,
  type ContainerMessage,
  type ExecutorDriverMessage,
  type ExecutorEvent,
  type MasterMessage,
  type Resource,
} from '../../src/mesos/index.ts'

/** The parts of a cluster whose tasks do nothing: what is measured is the cluster alone. */

export const AGENT_CPUS = 100
export const AGENT_RESOURCES: string = `cpus:${String(AGENT_CPUS)};mem:${String(AGENT_CPUS * 100)}`
/** Of which an agent has room for a thousand. */
export const TASK_RESOURCES: readonly Resource[] = toWire(parseResources('cpus:0.1;mem:10'))
export const TASKS_PER_AGENT = 1000

const workDirectory = mkdtempSync(join(tmpdir(), 'troupe-bench-'))
process.on('exit', () => {
  rmSync(workDirectory, { recursive: true, force: true })
})

/** Spawns agents that find their master by `locate`; their executors are actors of the same thread. */
export function spawnAgents(
  system: ActorSystem,
  count: number,
  locate: () => Promise<ActorRef<MasterMessage>>,
): readonly ActorRef<AgentMessage>[] {
  const resources = toWire(parseResources(AGENT_RESOURCES))
  return Array.from({ length: count }, (_, i) => {
    const found: { agent?: ActorRef<AgentMessage> } = {}
    const agent = system.spawn(
      agentBehavior({
        agent: {
          info: { hostname: `agent-${String(i)}`, port: 5051, resources },
          workDir: `${workDirectory}/${String(i)}`,
          endpoint: { host: '127.0.0.1', port: 5051 },
        },
        openMaster: connectAgent(locate),
        containerizer: noOpExecutors(found),
      }),
      `agent-${String(i)}`,
    )
    found.agent = agent
    return agent
  })
}

/** A container in which, instead of a process, an executor lives whose tasks are over as soon as they are there. */
function noOpExecutors(host: { readonly agent?: ActorRef<AgentMessage> }): Containerizer {
  return ({ containerId, environment }, owner) =>
    setup<ContainerMessage>((ctx) => {
      const { agent } = host
      if (agent === undefined) throw new RangeError('a container before its agent')
      const program = ctx.spawn(noOpProgram(), 'program')
      const driver = executorDriver({
        ids: {
          framework_id: { value: environment['MESOS_FRAMEWORK_ID'] ?? '' },
          executor_id: { value: environment['MESOS_EXECUTOR_ID'] ?? '' },
        },
        openAgent: connectExecutor(() => Promise.resolve(agent)),
        handler: program,
      })
      program.tell({ type: 'driver', driver: ctx.spawn(driver, 'driver') })
      owner.tell({ type: 'container-started', containerId, pid: 1 })
      return receive<ContainerMessage>(({ type }) => {
        if (type !== 'destroy') return
        owner.tell({ type: 'container-exited', containerId, exit: { code: 0, signal: undefined } })
        ctx.stop()
      })
    })
}

type ProgramMessage =
  ExecutorEvent | { readonly type: 'driver'; readonly driver: ActorRef<ExecutorDriverMessage> }

/** Tasks called `live…` go on until they are killed. */
function noOpProgram(): Behavior<ProgramMessage> {
  return setup((): Behavior<ProgramMessage> => {
    let driver: ActorRef<ExecutorDriverMessage> | undefined
    const update = (
      task_id: { readonly value: string },
      state: 'TASK_RUNNING' | 'TASK_FINISHED' | 'TASK_KILLED',
    ): void => driver?.tell({ type: 'UPDATE', update: { status: { task_id, state } } })
    return receive<ProgramMessage>((message) => {
      switch (message.type) {
        case 'driver':
          ;({ driver } = message)
          return
        case 'LAUNCH': {
          const { task_id } = message.launch.task
          update(task_id, 'TASK_RUNNING')
          if (!task_id.value.startsWith('live')) update(task_id, 'TASK_FINISHED')
          return
        }
        case 'KILL':
          update(message.kill.task_id, 'TASK_KILLED')
          return
        default:
      }
    })
  })
}
