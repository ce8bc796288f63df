import {
  accepting,
  nodeAddressOf,
  receive,
  setup,
  type ActorContext,
  type ActorRef,
  type Behavior,
} from '../../../actors/index.ts'
import type { BlockManagerId, SparkEvent } from '../../events/index.ts'
import { ownerOf } from '../block-id.ts'
import type { BlockCommand, BlockMasterMessage, BlocksDone } from '../protocol.ts'
import { isBlockMasterRequest } from '../shapes.ts'
import type { BlockDirectory } from './block-directory.ts'

/** How long executors have to let go of blocks before the driver goes on without their word. */
const REMOVE_MS = 120_000

/** What {@link blockManagerMaster} works with. */
export interface BlockMasterProps {
  /** Kept up to date by the actor; the driver reads it. */
  readonly directory: BlockDirectory
  readonly publish: (event: SparkEvent) => void
}

/**
 * The driver's knowledge of all blocks: executors tell it what they keep and ask it who keeps a block. It has blocks removed
 * everywhere, and forgets those of executors that are gone.
 */
export function blockManagerMaster(props: BlockMasterProps): Behavior<BlockMasterMessage> {
  const behavior = setup<BlockMasterMessage>((ctx) => {
    const master = new Master(props, ctx)
    return receive<BlockMasterMessage>(
      (message) => {
        master.handle(message)
      },
      (signal) => {
        if (signal.type === 'Terminated') master.lose(signal.ref)
      },
    )
  })
  // The rest of its words are the driver's own.
  return accepting(isBlockMasterRequest, behavior)
}

class Master {
  readonly #props: BlockMasterProps
  readonly #ctx: ActorContext<BlockMasterMessage>
  /** executor → its block actor */
  readonly #actors = new Map<string, ActorRef<BlockCommand>>()
  readonly #ids = new Map<string, BlockManagerId>()
  #driver: ActorRef<BlockCommand> | undefined

  constructor(props: BlockMasterProps, ctx: ActorContext<BlockMasterMessage>) {
    this.#props = props
    this.#ctx = ctx
  }

  handle(message: BlockMasterMessage): void {
    const { directory } = this.#props
    switch (message.type) {
      case 'register-block-manager':
        this.#register(message)
        return
      case 'block-updated': {
        const { executorId, name, memoryBytes, diskBytes, level } = message
        if (directory.update(executorId, name, { memoryBytes, diskBytes, level })) {
          this.#props.publish(message)
          this.#props.publish({
            type: 'SparkListenerBlockUpdated',
            blockManagerId: this.#idOf(executorId),
            blockId: name,
            storageLevel: level,
            memSize: memoryBytes,
            diskSize: diskBytes,
          })
        }
        return
      }
      case 'locate-block': {
        const holders = directory.holders(message.name).flatMap(({ executorId }) => {
          const ref = this.#actors.get(executorId)
          return ref === undefined ? [] : [holderOf(executorId, ref)]
        })
        if (ownerOf(message.name)?.type === 'broadcast' && this.#driver !== undefined) {
          holders.push(['', this.#driver])
        }
        message.replyTo.tell({ type: 'block-holders', holders: this.#shuffled(holders) })
        return
      }
      case 'block-peers': {
        const others = [...this.#actors].filter(([id]) => id !== message.executorId)
        message.replyTo.tell({ type: 'block-holders', holders: this.#shuffled(others) })
        return
      }
      case 'serve-broadcasts':
        this.#driver = message.blocks
        return
      case 'remove-executor':
        this.#forget(message.executorId)
        return
      case 'remove-everywhere':
        this.#removeEverywhere(message)
        return
    }
  }

  lose(ref: unknown): void {
    for (const [executorId, actor] of this.#actors) {
      if (actor === ref) this.#forget(executorId)
    }
  }

  #idOf(executorId: string): BlockManagerId {
    return this.#ids.get(executorId) ?? { executorId, host: 'unknown', port: NO_PORT }
  }

  #shuffled<T>(items: readonly T[]): readonly T[] {
    const { random } = this.#ctx.environment
    const shuffled = [...items]
    for (let i = shuffled.length - 1; i > 0; i -= 1) {
      const j = random.int(i + 1)
      const other = shuffled[j] as T
      shuffled[j] = shuffled[i] as T
      shuffled[i] = other
    }
    return shuffled
  }

  #register(message: Extract<BlockMasterMessage, { type: 'register-block-manager' }>): void {
    const { executorId, host, maxOnHeapBytes, maxOffHeapBytes, blocks, replyTo } = message
    if (!this.#actors.has(executorId)) {
      this.#actors.set(executorId, blocks)
      this.#ctx.watch(blocks)
      const holder = { executorId, host, maxOnHeapBytes, maxOffHeapBytes }
      this.#props.directory.addExecutor(holder)
      this.#props.publish({ type: 'block-manager-added', ...holder })
      const blockManagerId = { executorId, host, port: portOf(blocks) }
      this.#ids.set(executorId, blockManagerId)
      this.#props.publish({
        type: 'SparkListenerBlockManagerAdded',
        time: this.#ctx.environment.clock.wallNow(),
        blockManagerId,
        maxMem: maxOnHeapBytes + maxOffHeapBytes,
        maxOnHeapMem: maxOnHeapBytes,
        maxOffHeapMem: maxOffHeapBytes,
      })
    }
    replyTo.tell({ type: 'blocks-done', done: true })
  }

  #forget(executorId: string): void {
    if (!this.#actors.delete(executorId)) return
    const lost = this.#props.directory.removeExecutor(executorId)
    this.#props.publish({ type: 'block-manager-removed', executorId, lostBlocks: lost })
    this.#props.publish({
      type: 'SparkListenerBlockManagerRemoved',
      time: this.#ctx.environment.clock.wallNow(),
      blockManagerId: this.#idOf(executorId),
    })
    this.#ids.delete(executorId)
  }

  #removeEverywhere({
    of,
    id,
    replyTo,
  }: Extract<BlockMasterMessage, { type: 'remove-everywhere' }>): void {
    const asked = [...this.#actors.values()].map((ref) =>
      ref
        .ask<BlocksDone>((answerTo) => ({ type: 'remove-blocks', of, id, replyTo: answerTo }), {
          timeoutMs: REMOVE_MS,
        })
        // One that is gone, or does not answer, has nothing that will be asked for.
        .catch(() => undefined),
    )
    void Promise.all(asked).then(() => {
      replyTo.tell({ type: 'blocks-done', done: true })
    })
  }
}

function holderOf(
  executorId: string,
  blocks: ActorRef<BlockCommand>,
): readonly [string, ActorRef<BlockCommand>] {
  return [executorId, blocks]
}

/** Of an executor in the driver's process. Spark's readers refuse 0. */
const NO_PORT = 1

/** Where the node of an executor listens. */
function portOf(blocks: ActorRef<BlockCommand>): number {
  const port = /:(\d+)$/.exec(nodeAddressOf(blocks) ?? '')?.[1]
  return Number(port ?? 0) || NO_PORT
}
