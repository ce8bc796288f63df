import type { ActorRef } from '../../actors/index.ts'
import type { Clock } from '../../platform/index.ts'
import type { BlockNetwork, BlockStatus } from './block-network.ts'
import { fetchBlock, type FetchPlan, type FetchedBlock } from './fetch-block.ts'
import type { BlockCommand, BlockHolders, BlockMasterRequest, BlocksDone } from './protocol.ts'
import type { StorageLevel } from './storage-level.ts'

/** How long one question waits for its answer before it is asked again. */
const ASK_MS = 5_000
/** How long another executor has to take a copy. */
const COPY_MS = 60_000

/** What {@link BlockMasterClient} says of its executor. */
export interface BlockManagerIdentity {
  readonly executorId: string
  readonly host: string
  readonly maxOnHeapBytes: number
  readonly maxOffHeapBytes: number
}

/** An executor's way to the block manager master and to the blocks of other executors. */
export class BlockMasterClient implements BlockNetwork {
  readonly #identity: BlockManagerIdentity
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #connected: Promise<void>
  #master: ActorRef<BlockMasterRequest> | undefined
  #blocks: ActorRef<BlockCommand> | undefined
  #nowConnected: () => void = () => {}
  #isClosed = false

  constructor(identity: BlockManagerIdentity, clock: Clock, timeoutMs: number) {
    this.#identity = identity
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#connected = new Promise((resolve) => (this.#nowConnected = resolve))
  }

  /** Once the driver has said where the master is: registers `blocks`, until it is answered. */
  async connect(
    master: ActorRef<BlockMasterRequest>,
    blocks: ActorRef<BlockCommand>,
  ): Promise<void> {
    if (this.#master !== undefined) return
    this.#master = master
    this.#blocks = blocks
    while (!this.#isClosed) {
      try {
        await master.ask<BlocksDone>(
          (replyTo) => ({ type: 'register-block-manager', ...this.#identity, blocks, replyTo }),
          { timeoutMs: ASK_MS },
        )
        break
      } catch {
        // It may be lost with a connection. A driver that is gone ends the executor.
        await new Promise<void>((resolve) => {
          this.#clock.setTimer(ASK_MS, resolve, { background: true })
        })
      }
    }
    this.#nowConnected()
  }

  close(): void {
    this.#isClosed = true
    this.#nowConnected()
  }

  updated(name: string, { memoryBytes, diskBytes, level }: BlockStatus): void {
    const { executorId } = this.#identity
    this.#master?.tell({ type: 'block-updated', executorId, name, memoryBytes, diskBytes, level })
  }

  async fetch(name: string, plan: FetchPlan): Promise<FetchedBlock | undefined> {
    const holders = await this.locate(name)
    for (const [executorId, source] of holders) {
      if (executorId === this.#identity.executorId) continue
      // The next may have it; without any, what it is a part of is computed.
      const block = await fetchBlock(source, name, this.#timeoutMs, plan).catch(() => undefined)
      if (block !== undefined) return block
    }
    return undefined
  }

  /** Who keeps a block; nobody when the driver does not answer. */
  async locate(name: string): Promise<BlockHolders['holders']> {
    await this.#connected
    return this.#ask((replyTo) => ({ type: 'locate-block', name, replyTo }))
  }

  async replicate(name: string, level: StorageLevel, copies: number): Promise<void> {
    await this.#connected
    const { executorId } = this.#identity
    const from = this.#blocks
    if (from === undefined) return
    const peers = await this.#ask((replyTo) => ({ type: 'block-peers', executorId, replyTo }))
    let missing = copies
    for (const [, peer] of peers) {
      if (missing === 0) return
      const done = await peer
        .ask<BlocksDone>((replyTo) => ({ type: 'copy-block', name, level, from, replyTo }), {
          timeoutMs: Math.min(this.#timeoutMs, COPY_MS),
        })
        // It is gone, or slow: another takes the copy, or nobody.
        .catch(() => undefined)
      if (done?.done === true) missing -= 1
    }
  }

  async #ask(
    request: (replyTo: ActorRef<BlockHolders>) => BlockMasterRequest,
  ): Promise<BlockHolders['holders']> {
    const master = this.#master
    if (master === undefined) return []
    const ask = (): Promise<BlockHolders> =>
      master.ask<BlockHolders>(request, { timeoutMs: Math.min(this.#timeoutMs, ASK_MS) })
    const answer = await ask()
      .catch(ask)
      .catch(() => undefined)
    return answer?.holders ?? []
  }
}
