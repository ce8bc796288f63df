import type { ActorSystem } from '../../actors/index.ts'
import { httpSession, knock } from '../http/client/index.ts'
import { jsonCodec, messageType, protobufCodec } from '../http/wire/index.ts'
import { executorEvent, type ExecutorCall, type ExecutorEvent } from '../protocol/index.ts'
import type { OpenSession } from '../session/index.ts'
import type { ExecutorEnvironment } from './environment.ts'

/** How calls and events are written on an HTTP line. */
export interface HttpAgentOptions {
  /** Default `json`. */
  readonly encoding?: 'json' | 'protobuf'
}

/** How an executor opens its sessions with any Mesos agent by v1 HTTP. */
export function connectMesosAgent(
  system: ActorSystem,
  {
    agent,
    agentName,
    secure,
    token,
  }: Pick<ExecutorEnvironment, 'agent' | 'agentName' | 'secure' | 'token'>,
  { encoding = 'json' }: HttpAgentOptions = {},
): OpenSession<ExecutorCall, ExecutorEvent> {
  const prefix = agentName === undefined ? '' : `/${agentName}`
  return async (subscriber) => {
    await knock(system.environment.http, agent, `${prefix}/health`, secure)
    const session = httpSession<ExecutorEvent>({
      server: agent,
      ...(secure !== undefined && { secure }),
      path: `${prefix}/api/v1/executor`,
      codec: encoding === 'json' ? jsonCodec : protobufCodec,
      call: messageType('executor.Call'),
      event: messageType('executor.Event'),
      isEvent: executorEvent,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      hasStreamId: false,
      subscriber,
      // The agent does not know this executor: nobody waits for it.
      refusal: () => ({ type: 'SHUTDOWN' }),
      // An agent sends nobody elsewhere; whoever does is not listened to.
      onRedirect: () => undefined,
    })
    return system.spawnService(session, `agent-${system.environment.random.id()}`)
  }
}
