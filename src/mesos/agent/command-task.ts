import type { ExecutorInfo, FrameworkInfo, Resource, TaskInfo } from '../protocol/index.ts'

/** What the agent's own executor of a command may use besides its task; nobody accounts for it. */
const OVERHEAD: readonly Resource[] = [
  { name: 'cpus', type: 'SCALAR', scalar: { value: 0.1 } },
  { name: 'mem', type: 'SCALAR', scalar: { value: 32 } },
]
const SHOWN = 15
/** What its executor has beyond the grace of its task, to say how the command ended. */
const RESERVE_MS = 2000

/**
 * The executor of a task that has a command of its own: it has the task's id, and the command is its own.
 * @see `Slave::getExecutorInfo` in slave/slave.cpp of Apache Mesos
 */
export function commandExecutorInfo(frameworkId: string, task: TaskInfo): ExecutorInfo {
  const id = task.task_id.value
  const grace = task.kill_policy?.grace_period
  return {
    executor_id: { value: id },
    framework_id: { value: frameworkId },
    command: task.command ?? {},
    name: `Command Executor (Task: ${id}) ${sayCommand(task)}`,
    source: id,
    resources: OVERHEAD,
    ...(task.container !== undefined && { container: task.container }),
    ...(task.labels !== undefined && { labels: task.labels }),
    ...(grace !== undefined && {
      shutdown_grace_period: { nanoseconds: grace.nanoseconds + RESERVE_MS * 1e6 },
    }),
  }
}

function sayCommand({ command = {} }: TaskInfo): string {
  const { value, shell = true, arguments: argv = [] } = command
  if (value === undefined) return `(Command: NO ${shell ? 'COMMAND' : 'EXECUTABLE'})`
  if (shell) return `(Command: sh -c '${clipped(value)}')`
  return `(Command: [${clipped(`${value}, ${argv.join(', ')}`)}])`
}

function clipped(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text
}

/** The variable that a task's own command has besides those of every executor. */
export function allocationRole(
  { resources }: TaskInfo,
  framework: FrameworkInfo,
): Readonly<Record<string, string>> {
  const role = resources[0]?.allocation_info?.role ?? framework.role ?? '*'
  return { MESOS_ALLOCATION_ROLE: role }
}
