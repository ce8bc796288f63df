import { setup, stateful, type ActorRef, type Behavior } from '../../../actors/index.ts'
import type { HttpExchange, HttpStream } from '../../../platform/index.ts'
import type { ClusterNews, MasterMessage, MasterSnapshot } from '../../master/index.ts'
import { silent } from '../answers.ts'
import { MAX_UNREAD_BYTES } from '../line.ts'
import { encodeRecord, messageType, type Codec, type MessageValue } from '../wire/index.ts'
import { agentOf, frameworkOf, stateOf, taskOf } from './operator-answers.ts'
import type { MasterView } from './view.ts'

const EVENT = messageType('master.Event')
const HEARTBEAT_MS = 15_000
/** How long the master may take to show its state. */
const PATIENCE_MS = 10_000

/** One subscription to what happens in the cluster. */
export interface OperatorStreamSettings {
  readonly exchange: HttpExchange
  readonly codec: Codec
  readonly master: ActorRef<MasterMessage>
  readonly viewOf: (snapshot: MasterSnapshot) => MasterView
  /** What of the news the subscriber may see. */
  readonly isVisible: (news: ClusterNews) => boolean
}

type Message =
  | ClusterNews
  | { readonly type: 'heartbeat' }
  | { readonly type: 'no-state' }
  | { readonly type: 'stream-closed' }

/** Ends a stream: its place is wanted for a newer one. */
export type OperatorStreamMessage = { readonly type: 'stream-closed' }

/**
 * The operator API's event stream: SUBSCRIBED with the state, then each event as it happens, and a HEARTBEAT every 15 s. A
 * subscriber that leaves too much unread is cut off, and has to subscribe again.
 * @see Master::Http::subscribe in master/http.cpp of Apache Mesos
 */
export function operatorStream(settings: OperatorStreamSettings): Behavior<OperatorStreamMessage> {
  const { exchange, codec, master, isVisible } = settings
  const behavior = setup<Message>((ctx) => {
    master.tell({ type: 'watch-cluster', watcher: ctx.self })
    ctx.timers.startSingle('patience', { type: 'no-state' }, PATIENCE_MS)

    const begin = (snapshot: MasterSnapshot): HttpStream => {
      ctx.timers.cancel('patience')
      const headers = { 'content-type': codec.mediaType }
      const stream = exchange.stream({ status: 200, headers })
      stream.onClosed(() => ctx.self.tell({ type: 'stream-closed' }))
      const get_state = stateOf(settings.viewOf(snapshot))
      const subscribed = { get_state, heartbeat_interval_seconds: HEARTBEAT_MS / 1000 }
      send(stream, { type: 'SUBSCRIBED', subscribed })
      send(stream, { type: 'HEARTBEAT' })
      ctx.timers.startPeriodic('heartbeat', { type: 'heartbeat' }, HEARTBEAT_MS)
      return stream
    }

    const send = (stream: HttpStream, event: MessageValue): void => {
      stream.write(encodeRecord(codec.encode(EVENT, event)))
      if (stream.queuedBytes <= MAX_UNREAD_BYTES) return
      ctx.log.write('warn', 'an operator does not read its events', {
        unreadBytes: stream.queuedBytes,
      })
      stream.destroy()
    }

    return stateful<HttpStream | undefined, Message>(
      undefined,
      (stream, message) => {
        switch (message.type) {
          case 'state':
            return begin(message)
          case 'heartbeat':
            if (stream !== undefined) send(stream, { type: 'HEARTBEAT' })
            return stream
          case 'no-state':
            exchange.reply(silent)
            ctx.stop()
            return stream
          case 'stream-closed':
            ctx.stop()
            return stream
          default:
            if (stream !== undefined && isVisible(message)) send(stream, eventOf(message))
            return stream
        }
      },
      (stream, signal) => {
        if (signal.type === 'PostStop') stream?.end()
        return stream
      },
    )
  })
  return behavior
}

function eventOf(news: Exclude<ClusterNews, MasterSnapshot>): MessageValue {
  switch (news.type) {
    case 'task-added':
      return { type: 'TASK_ADDED', task_added: { task: taskOf(news.task) } }
    case 'task-updated': {
      const { status, task } = news
      const framework_id = { value: task.frameworkId }
      return { type: 'TASK_UPDATED', task_updated: { framework_id, status, state: task.state } }
    }
    case 'agent-added':
      return { type: 'AGENT_ADDED', agent_added: { agent: agentOf(news.agent) } }
    case 'agent-removed':
      return { type: 'AGENT_REMOVED', agent_removed: { agent_id: { value: news.agentId } } }
    case 'framework-added':
      return {
        type: 'FRAMEWORK_ADDED',
        framework_added: { framework: frameworkOf(news.framework) },
      }
    case 'framework-updated':
      return {
        type: 'FRAMEWORK_UPDATED',
        framework_updated: { framework: frameworkOf(news.framework) },
      }
    case 'framework-removed':
      return { type: 'FRAMEWORK_REMOVED', framework_removed: { framework_info: news.info } }
  }
}
