import { agentEnums, agentMessages } from './messages/agent.ts'
import { containerMessages } from './messages/container.ts'
import { coreEnums } from './messages/core-enums.ts'
import { coreMessages } from './messages/core.ts'
import { executorEnums, executorMessages } from './messages/executor.ts'
import { masterCallMessages, masterEventMessages } from './messages/master-call.ts'
import { masterEnums, masterMessages } from './messages/master.ts'
import { schedulerEnums, schedulerMessages } from './messages/scheduler.ts'
import { Schema, type MessageType } from './schema.ts'

/** All messages of the v1 API that the house speaks. */
export const schema: Schema = new Schema(
  {
    ...coreMessages,
    ...containerMessages,
    ...schedulerMessages,
    ...executorMessages,
    ...agentMessages,
    ...masterMessages,
    ...masterCallMessages,
    ...masterEventMessages,
  },
  { ...coreEnums, ...schedulerEnums, ...executorEnums, ...agentEnums, ...masterEnums },
)

/** A message by its name without `mesos.v1.`, such as `scheduler.Call`. @throws TROUPE_MESOS_MESSAGE_UNKNOWN */
export function messageType(name: string): MessageType {
  return schema.message(name)
}
