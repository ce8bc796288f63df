import { isLocateBlocks } from '../../executor/shapes.ts'
import { accepting, setup, receive, type ActorRef, type Behavior } from '../../../actors/index.ts'
import type { BlocksReply, LocateBlocks, ReadChunk } from '../../executor/protocol.ts'
import type { MapOutputTrackerMessage } from './protocol.ts'
import { MapOutputTracker } from './state.ts'

/**
 * Tells executors where map outputs lie. It knows what the DAG scheduler has told it, in the order it was told: a
 * task that was launched after an output was registered finds it here.
 */
export function mapOutputTracker(): Behavior<MapOutputTrackerMessage> {
  const behavior = setup<MapOutputTrackerMessage>(() => {
    const outputs = new MapOutputTracker()
    const servers = new Map<string, ActorRef<ReadChunk>>()
    return receive((message) => {
      switch (message.type) {
        case 'locate-blocks':
          message.replyTo.tell(locate(message, outputs, servers))
          return
        case 'add-shuffle':
          outputs.addShuffle(message.shuffleId, message.numMaps)
          return
        case 'register-output':
          outputs.register(message.shuffleId, message.mapPartition, message.status)
          return
        case 'forget-outputs':
          for (const output of message.outputs) outputs.unregister(output, message.executorId)
          return
        case 'forget-shuffle':
          outputs.removeShuffle(message.shuffleId)
          return
        case 'add-server':
          servers.set(message.executorId, message.server)
          return
        case 'remove-server':
          servers.delete(message.executorId)
          return
      }
    })
  })
  // What it is told it is told by the driver, which lives here.
  return accepting(isLocateBlocks, behavior)
}

function locate(
  { shuffleId, reducePartition }: LocateBlocks,
  outputs: MapOutputTracker,
  servers: ReadonlyMap<string, ActorRef<ReadChunk>>,
): BlocksReply {
  const answer = outputs.blocks(shuffleId, reducePartition)
  if (answer.type === 'missing') return { answer, servers: [] }
  const wanted = new Set(answer.blocks.map(({ executorId }) => executorId))
  return { answer, servers: [...servers].filter(([executorId]) => wanted.has(executorId)) }
}
