import type { EnumTable, MessageTable } from '../schema.ts'

/** The executor API. @see v1/executor/executor.proto of Apache Mesos 1.11 */
export const executorMessages: MessageTable = {
  'executor.Call': {
    executor_id: '1! ExecutorID',
    framework_id: '2! FrameworkID',
    type: '3 Type',
    subscribe: '4 Subscribe',
    update: '5 Update',
    message: '6 Message',
  },
  'executor.Call.Message': { data: '2! bytes' },
  'executor.Call.Subscribe': {
    unacknowledged_tasks: '1+ TaskInfo',
    unacknowledged_updates: '2+ Update',
  },
  'executor.Call.Update': { status: '1! TaskStatus' },
  'executor.Event': {
    type: '1 Type',
    subscribed: '2 Subscribed',
    acknowledged: '3 Acknowledged',
    launch: '4 Launch',
    launch_group: '8 LaunchGroup',
    kill: '5 Kill',
    message: '6 Message',
    error: '7 Error',
  },
  'executor.Event.Acknowledged': { task_id: '1! TaskID', uuid: '2! bytes' },
  'executor.Event.Error': { message: '1! string' },
  'executor.Event.Kill': { task_id: '1! TaskID', kill_policy: '2 KillPolicy' },
  'executor.Event.Launch': { task: '1! TaskInfo' },
  'executor.Event.LaunchGroup': { task_group: '1! TaskGroupInfo' },
  'executor.Event.Message': { data: '1! bytes' },
  'executor.Event.Subscribed': {
    executor_info: '1! ExecutorInfo',
    framework_info: '2! FrameworkInfo',
    agent_info: '3! AgentInfo',
    container_id: '4 ContainerID',
  },
}

/** The enums of the executor API. */
export const executorEnums: EnumTable = {
  'executor.Call.Type': { UNKNOWN: 0, SUBSCRIBE: 1, UPDATE: 2, MESSAGE: 3, HEARTBEAT: 4 },
  'executor.Event.Type': {
    UNKNOWN: 0,
    SUBSCRIBED: 1,
    LAUNCH: 2,
    LAUNCH_GROUP: 8,
    KILL: 3,
    ACKNOWLEDGED: 4,
    MESSAGE: 5,
    ERROR: 6,
    SHUTDOWN: 7,
    HEARTBEAT: 9,
  },
}
