import { command, group, pod, ports, scalar, task, nanoseconds, type Json } from './launch-forms.ts'

/** Launches of groups that are not in order, and why, as Mesos has said it of each of their tasks. */
export const GROUPS: readonly (readonly [Json, string])[] = [
  [group(pod({ framework_id: undefined }), task('g1')), "'ExecutorInfo.framework_id' must be set"],
  [
    group(pod({ command: command }), task('g2')),
    "'ExecutorInfo.command' must not be set for 'DEFAULT' executor",
  ],
  [
    group(
      pod({ resources: [scalar('cpus', 0.1), scalar('mem', 16), scalar('disk', 1)] }),
      task('g3'),
    ),
    "Executor 'pod' uses less memory (16MB) than the minimum required (32MB)",
  ],
  [
    group(pod({ resources: [scalar('mem', 32), scalar('disk', 1)] }), task('g4')),
    "Executor 'pod' uses less CPUs (None) than the minimum required (0.01)",
  ],
  [
    group(
      pod({ resources: [scalar('cpus', 0.001), scalar('mem', 32), scalar('disk', 1)] }),
      task('g4b'),
    ),
    "Executor 'pod' uses less CPUs (0.001) than the minimum required (0.01)",
  ],
  [
    group(pod({ resources: [scalar('cpus', 0.1), scalar('disk', 32)] }), task('g5')),
    "Executor 'pod' uses less memory (None) than the minimum required (32MB)",
  ],
  [
    group(pod({ resources: [scalar('cpus', 0.1), scalar('mem', 32)] }), task('g6')),
    "Executor 'pod' uses no disk",
  ],
  [
    group(pod(), task('g7'), task('g7b', { resources: [] })),
    "Task 'g7b' is invalid: Task uses no resources",
  ],
  [
    group(pod(), { ...task('g8'), executor: pod({ name: 'other' }) }),
    "The `ExecutorInfo` of task 'g8' is different from executor 'pod'",
  ],
  [group({ ...pod(), type: undefined }, task('g10')), "'ExecutorInfo.type' must be set"],
  [group({ ...pod(), type: 'UNKNOWN' }, task('g11')), 'Unknown executor type'],
  [
    group(pod({ type: 'CUSTOM' }), task('g12')),
    "'ExecutorInfo.command' must be set for 'CUSTOM' executor",
  ],
  [
    group(pod({ container: { type: 'DOCKER', docker: { image: 'i' } } }), task('g13')),
    "'ExecutorInfo.container.type' must be 'MESOS' for 'DEFAULT' executor",
  ],
  [
    group(
      pod({
        type: 'CUSTOM',
        command: command,
        container: { type: 'DOCKER', docker: { image: 'i' } },
      }),
      task('g14'),
    ),
    'Docker ContainerInfo is not supported on the executor',
  ],
  [
    group(pod(), task('g15', { container: { type: 'DOCKER', docker: { image: 'i' } } })),
    "Task 'g15' is invalid: Docker ContainerInfo is not supported on the task",
  ],
  [
    group(pod(), task('g16', { limits: { cpus: { value: 1 } } })),
    "Task 'g16' is invalid: Resource limits may only be set for tasks within a task group when the 'share_cgroups' field is set to 'false'.",
  ],
  [
    group(pod({ container: { type: 'MESOS', linux_info: { share_cgroups: true } } }), task('g17')),
    "The 'share_cgroups' field cannot be set to 'true' on executor containers",
  ],
  [
    group(
      pod(),
      task('g18'),
      task('g18b', { container: { type: 'MESOS', linux_info: { share_cgroups: false } } }),
    ),
    "If set, the value of 'share_cgroups' must be the same for all tasks in each task group and under a single executor",
  ],
  [
    group(
      pod(),
      task('g19', { resources: [scalar('cpus', 0.1), ports(31000, 31001)] }),
      task('g19b', { resources: [scalar('cpus', 0.1), ports(31001, 31002)] }),
    ),
    'There are overlapping resources in the task group\'s task resources [ cpus(allocated: *):0.1; ports(allocated: *):[31000-31001], cpus(allocated: *):0.1; ports(allocated: *):[31001-31002] ] and/or executor resources [{"allocation_info":{"role":"*"},"name":"cpus","scalar":{"value":0.1},"type":"SCALAR"},{"allocation_info":{"role":"*"},"name":"mem","scalar":{"value":32.0},"type":"SCALAR"},{"allocation_info":{"role":"*"},"name":"disk","scalar":{"value":10.0},"type":"SCALAR"}]',
  ],
  [
    group(
      pod({
        container: { type: 'MESOS', mesos: { image: { type: 'DOCKER', docker: { name: 'x' } } } },
      }),
      task('g20'),
    ),
    "'ExecutorInfo.container.mesos.image' must not be set for 'DEFAULT' executor",
  ],
  [
    group(
      pod(),
      task('g21', {
        health_check: { type: 'TCP', tcp: { port: 1 } },
        container: { type: 'MESOS', network_infos: [{ name: 'n' }] },
      }),
    ),
    "Task 'g21' is invalid: HTTP and TCP health checks are not supported for nested containers not joining parent's network",
  ],
  [
    group(pod({ shutdown_grace_period: nanoseconds(-1) }), task('g22')),
    "ExecutorInfo's 'shutdown_grace_period' must be non-negative",
  ],
  [
    group(pod({ framework_id: { value: 'zz' } }), task('g23')),
    'ExecutorInfo has an invalid FrameworkID (Actual: zz vs Expected: FRAMEWORK)',
  ],
  [
    group(pod(), { ...task('g24'), agent_id: { value: 'q' } }),
    "Task 'g24' is invalid: Task uses invalid agent q while agent AGENT is expected",
  ],
]
