import {
  resources,
  custom,
  group,
  idle,
  launch,
  nanoseconds,
  own,
  pod,
  ports,
  scalar,
  task,
  type Json,
} from './launch-forms.ts'

/** Launches that are not in order, and why: as a master of Mesos 1.11.0 has said when it was asked all of this. */
export const LAUNCHES: readonly (readonly [Json, string])[] = [
  [
    launch(idle),
    'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present',
  ],
  [
    launch(task('both', { executor: own() })),
    'Task should have at least one (but not both) of CommandInfo or ExecutorInfo present',
  ],
  [launch(task('nores', { resources: [] })), 'Task uses no resources'],
  [launch(task('sl/ash')), "'sl/ash' contains invalid characters"],
  [
    launch(task('wrongagent', { agent_id: { value: 'nope' } })),
    'Task uses invalid agent nope while agent AGENT is expected',
  ],
  [
    launch(task('killneg', { kill_policy: { grace_period: nanoseconds(-1) } })),
    "Task's 'kill_policy.grace_period' must be non-negative",
  ],
  [
    launch(task('maxneg', { max_completion_time: nanoseconds(-5) })),
    "Task's `max_completion_time` must be non-negative",
  ],
  [
    launch(task('h0', { health_check: {} })),
    "Task uses invalid health check: HealthCheck must specify 'type'",
  ],
  [
    launch(task('h1', { health_check: { type: 'COMMAND' } })),
    "Task uses invalid health check: Expecting 'command' to be set for COMMAND health check",
  ],
  [
    launch(task('h2', { health_check: { type: 'COMMAND', command: {} } })),
    "Task uses invalid health check: Command health check must contain 'shell command'",
  ],
  [
    launch(task('h2b', { health_check: { type: 'COMMAND', command: { shell: false } } })),
    "Task uses invalid health check: Command health check must contain 'executable path'",
  ],
  [
    launch(task('h3', { health_check: { type: 'HTTP' } })),
    "Task uses invalid health check: Expecting 'http' to be set for HTTP health check",
  ],
  [
    launch(task('h4', { health_check: { type: 'HTTP', http: { port: 1, scheme: 'ftp' } } })),
    "Task uses invalid health check: Unsupported HTTP health check scheme: 'ftp'",
  ],
  [
    launch(task('h5', { health_check: { type: 'HTTP', http: { port: 1, path: 'x' } } })),
    "Task uses invalid health check: The path 'x' of HTTP health check must start with '/'",
  ],
  [
    launch(task('h6', { health_check: { type: 'TCP' } })),
    "Task uses invalid health check: Expecting 'tcp' to be set for TCP health check",
  ],
  [
    launch(task('h7', { health_check: { type: 'UNKNOWN' } })),
    "Task uses invalid health check: 'UNKNOWN' is not a valid health check type",
  ],
  [
    launch(task('h8', { health_check: { type: 'TCP', tcp: { port: 1 }, delay_seconds: -1 } })),
    "Task uses invalid health check: Expecting 'delay_seconds' to be non-negative",
  ],
  [
    launch(
      task('h9', {
        health_check: {
          type: 'TCP',
          tcp: { port: 1 },
          grace_period_seconds: -1,
          timeout_seconds: -1,
        },
      }),
    ),
    "Task uses invalid health check: Expecting 'grace_period_seconds' to be non-negative",
  ],
  [
    launch(
      task('h10', {
        health_check: {
          type: 'COMMAND',
          command: { value: 'x', environment: { variables: [{ name: 'A' }] } },
        },
      }),
    ),
    "Task uses invalid health check: Health check's `CommandInfo` is invalid: Environment variable 'A' of type 'VALUE' must have a value set",
  ],
  [launch(task('c0', { check: {} })), "Task uses invalid check: CheckInfo must specify 'type'"],
  [
    launch(task('c1', { check: { type: 'COMMAND' } })),
    "Task uses invalid check: Expecting 'command' to be set for COMMAND check",
  ],
  [
    launch(task('c2', { check: { type: 'COMMAND', command: { command: {} } } })),
    "Task uses invalid check: Command check must contain 'shell command'",
  ],
  [
    launch(task('c3', { check: { type: 'HTTP' } })),
    "Task uses invalid check: Expecting 'http' to be set for HTTP check",
  ],
  [
    launch(task('c4', { check: { type: 'HTTP', http: { port: 1, path: 'x' } } })),
    "Task uses invalid check: The path 'x' of HTTP check must start with '/'",
  ],
  [
    launch(task('c5', { check: { type: 'TCP' } })),
    "Task uses invalid check: Expecting 'tcp' to be set for TCP check",
  ],
  [
    launch(task('c6', { check: { type: 'TCP', tcp: { port: 1 }, interval_seconds: -1 } })),
    "Task uses invalid check: Expecting 'interval_seconds' to be non-negative",
  ],
  [
    launch(task('e1', { command: { value: 'x', environment: { variables: [{ name: 'A' }] } } })),
    "Task's `CommandInfo` is invalid: Environment variable 'A' of type 'VALUE' must have a value set",
  ],
  [
    launch(
      task('e2', {
        command: { value: 'x', environment: { variables: [{ name: 'A', type: 'SECRET' }] } },
      }),
    ),
    "Task's `CommandInfo` is invalid: Environment variable 'A' of type 'SECRET' must have a secret set",
  ],
  [
    launch(
      task('e3', {
        command: {
          value: 'x',
          environment: {
            variables: [
              {
                name: 'A',
                type: 'SECRET',
                value: 'v',
                secret: { type: 'VALUE', value: { data: 'eA==' } },
              },
            ],
          },
        },
      }),
    ),
    "Task's `CommandInfo` is invalid: Environment variable 'A' of type 'SECRET' must not have a value set",
  ],
  [
    launch(
      task('e4', {
        command: {
          value: 'x',
          environment: {
            variables: [
              { name: 'A', value: 'v', secret: { type: 'VALUE', value: { data: 'eA==' } } },
            ],
          },
        },
      }),
    ),
    "Task's `CommandInfo` is invalid: Environment variable 'A' of type 'VALUE' must not have a secret set",
  ],
  [
    launch(
      task('e5', {
        command: {
          value: 'x',
          environment: { variables: [{ name: 'A', type: 'UNKNOWN', value: 'v' }] },
        },
      }),
    ),
    "Task's `CommandInfo` is invalid: Environment variable of type 'UNKNOWN' is not allowed",
  ],
  [
    launch(task('d1', { container: { type: 'DOCKER' } })),
    "Task's `ContainerInfo` is invalid: DockerInfo 'docker' is not set for DOCKER typed ContainerInfo",
  ],
  [
    launch(
      task('d2', { container: { type: 'MESOS', volumes: [{ mode: 'RW', container_path: 'x' }] } }),
    ),
    "Task's `ContainerInfo` is invalid: Invalid volume: Only one of them should be set: 'host_path', 'image' and 'source'",
  ],
  [
    launch(
      task('d3', {
        container: {
          type: 'DOCKER',
          docker: { image: 'i', parameters: [{ key: 'name', value: 'n' }] },
        },
      }),
    ),
    "Task's `ContainerInfo` is invalid: Parameter in DockerInfo must not be 'name'",
  ],
  [
    launch(
      task('d4', {
        container: {
          type: 'MESOS',
          volumes: [{ mode: 'RW', container_path: 'x', source: { type: 'HOST_PATH' } }],
        },
      }),
    ),
    "Task's `ContainerInfo` is invalid: Invalid volume: 'source.host_path' is not set for HOST_PATH volume",
  ],
  [
    launch(
      task('d5', {
        container: {
          type: 'MESOS',
          volumes: [{ mode: 'RW', container_path: 'x', source: { type: 'UNKNOWN' } }],
        },
      }),
    ),
    "Task's `ContainerInfo` is invalid: Invalid volume: 'source.type' is unknown",
  ],
  [
    launch(task('l1', { limits: { disk: { value: 5 } } })),
    "Only cpus and mem may be included in a task's resource limits",
  ],
  [
    launch(task('l2', { limits: { cpus: { value: 0.05 } } })),
    'The cpu limit must be greater than or equal to the cpu request',
  ],
  [
    launch(task('l3', { limits: { mem: { value: 1 } } })),
    'The memory limit must be greater than or equal to the memory request',
  ],
  [
    launch(task('l4', { resources: [scalar('mem', 32)], limits: { cpus: { value: 1 } } })),
    'When a CPU limit is specified, a CPU request must also be specified',
  ],
  [
    launch(task('share', { container: { type: 'MESOS', linux_info: { share_cgroups: false } } })),
    "Only tasks in a task group may have 'share_cgroups' set to 'false'",
  ],
  [
    launch(custom('x1', own({ type: 'DEFAULT' }))),
    "'ExecutorInfo.command' must not be set for 'DEFAULT' executor",
  ],
  [
    launch(custom('x2', { executor_id: { value: 'x' }, resources })),
    "'ExecutorInfo.command' must be set",
  ],
  [
    launch(custom('x3', { type: 'CUSTOM', executor_id: { value: 'x' }, resources })),
    "'ExecutorInfo.command' must be set for 'CUSTOM' executor",
  ],
  [
    launch(custom('x4', own({ framework_id: { value: 'other' } }))),
    'ExecutorInfo has an invalid FrameworkID (Actual: other vs Expected: FRAMEWORK)',
  ],
  [
    launch(custom('x5', own({ shutdown_grace_period: nanoseconds(-1) }))),
    "ExecutorInfo's 'shutdown_grace_period' must be non-negative",
  ],
  [
    launch(custom('x6', own({ executor_id: { value: 'a/b' } }))),
    "'a/b' contains invalid characters",
  ],
  [launch(custom('x7', pod())), "'ExecutorInfo.type' must be 'CUSTOM'"],
  [
    launch(
      custom('x8', own({ command: { value: 'x', environment: { variables: [{ name: 'A' }] } } })),
    ),
    "Executor's `CommandInfo` is invalid: Environment variable 'A' of type 'VALUE' must have a value set",
  ],
  [
    launch(
      custom('x9', own({ resources: [scalar('cpus', 0.1), ports(31000, 31001)] }), {
        resources: [scalar('cpus', 0.1), ports(31001, 31002)],
      }),
    ),
    'There are overlapping resources in the task resources [{"allocation_info":{"role":"*"},"name":"cpus","scalar":{"value":0.1},"type":"SCALAR"},{"allocation_info":{"role":"*"},"name":"ports","ranges":{"range":[{"begin":31001,"end":31002}]},"type":"RANGES"}] and executor resources [{"allocation_info":{"role":"*"},"name":"cpus","scalar":{"value":0.1},"type":"SCALAR"},{"allocation_info":{"role":"*"},"name":"ports","ranges":{"range":[{"begin":31000,"end":31001}]},"type":"RANGES"}]',
  ],
  [
    launch(
      custom('x10', own({ container: { type: 'MESOS', linux_info: { share_cgroups: true } } })),
    ),
    "The 'share_cgroups' field cannot be set to 'true' on executor containers",
  ],
  [
    { ...launch(task('op')), id: { value: 'o1' } },
    'The `id` field cannot be set on LAUNCH operations',
  ],
  [
    { ...group(pod(), task('opg')), id: { value: 'o2' } },
    'The `id` field cannot be set on LAUNCH_GROUP operations',
  ],
]
