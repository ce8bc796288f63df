import { accepting, receive, setup, type Behavior } from '../../actors/index.ts'
import type { BlockManager } from './block-manager.ts'
import { totalBytes } from './block-frames.ts'
import { fetchBlock } from './fetch-block.ts'
import { MAX_BLOCK_CHUNK_BYTES, type BlockChunk, type BlockCommand } from './protocol.ts'
import { isBlockCommand } from './shapes.ts'

/** How long the bytes of a block that is read in chunks are held after the last chunk. */
const HELD_MS = 10_000

/** What {@link blockActor} works with. */
export interface BlockActorProps {
  readonly manager: BlockManager
  /** Lets go of the map outputs of a shuffle. */
  readonly removeShuffle: (shuffleId: number) => Promise<void>
  /** Lets go of what was put together of a broadcast's pieces. */
  readonly forgetBroadcast: (broadcastId: number) => void
  readonly timeoutMs: number
}

type Private = BlockCommand | { readonly type: 'let-go'; readonly name: string }

/**
 * Serves the blocks of one executor to others, a chunk a message, takes copies of theirs, and lets go of blocks when
 * the driver says so. Nothing it does holds up what is asked next.
 */
export function blockActor(props: BlockActorProps): Behavior<BlockCommand> {
  const behavior = setup<Private>((ctx) => {
    /** Blocks that are being read: their bytes are made once. */
    const held = new Map<string, Promise<readonly Uint8Array[] | undefined>>()
    const bytesOf = (name: string): Promise<readonly Uint8Array[] | undefined> => {
      let bytes = held.get(name)
      if (bytes === undefined) {
        const asked = props.manager.bytesForOthers(name)
        bytes = asked
        held.set(name, asked)
        // What is not there may be there the next time.
        const forget = (): void => {
          if (held.get(name) === asked) held.delete(name)
        }
        asked.then((chunks) => {
          if (chunks === undefined) forget()
        }, forget)
      }
      ctx.timers.startSingle(name, { type: 'let-go', name }, HELD_MS)
      return bytes
    }
    return receive<Private>((message) => {
      switch (message.type) {
        case 'let-go':
          held.delete(message.name)
          return
        case 'read-block':
          void answerChunk(message, bytesOf)
          return
        case 'copy-block':
          void copy(message, props)
          return
        case 'remove-blocks':
          void remove(message, props)
          return
      }
    })
  })
  return accepting(isBlockCommand, behavior)
}

async function answerChunk(
  { name, offset, lengthBytes, replyTo }: Extract<BlockCommand, { type: 'read-block' }>,
  bytesOf: (name: string) => Promise<readonly Uint8Array[] | undefined>,
): Promise<void> {
  // A file that can't be read is as good as none.
  const chunks = await bytesOf(name).catch(() => undefined)
  replyTo.tell(
    chunks === undefined
      ? { type: 'block-absent' }
      : chunkOf(chunks, offset, Math.min(lengthBytes, MAX_BLOCK_CHUNK_BYTES)),
  )
}

/** A piece of a block in a buffer of its own: what is sent may be handed over. */
function chunkOf(chunks: readonly Uint8Array[], offset: number, lengthBytes: number): BlockChunk {
  const total = totalBytes(chunks)
  const bytes = new Uint8Array(Math.max(0, Math.min(lengthBytes, total - offset)))
  let at = 0
  for (const chunk of chunks) {
    const from = Math.max(0, offset - at)
    const to = Math.min(chunk.length, offset + bytes.length - at)
    if (from < to) bytes.set(chunk.subarray(from, to), at + from - offset)
    at += chunk.length
  }
  return { type: 'block-chunk', bytes, totalBytes: total }
}

async function copy(
  { name, level, from, replyTo }: Extract<BlockCommand, { type: 'copy-block' }>,
  { manager, timeoutMs }: BlockActorProps,
): Promise<void> {
  const chunks = await fetchBlock(from, name, timeoutMs).catch(() => undefined)
  // Who could not keep it says so: the copy is asked of another then.
  const done =
    chunks !== undefined && (await manager.keepBytes(name, level, chunks).catch(() => false))
  replyTo.tell({ type: 'blocks-done', done })
}

async function remove(
  { of, id, replyTo }: Extract<BlockCommand, { type: 'remove-blocks' }>,
  { manager, removeShuffle, forgetBroadcast }: BlockActorProps,
): Promise<void> {
  if (of === 'broadcast') forgetBroadcast(id)
  const work = of === 'shuffle' ? removeShuffle(id) : manager.removeAll(of, id)
  // What can't be removed now goes with the executor's directory.
  const done = await work.then(
    () => true,
    () => false,
  )
  replyTo.tell({ type: 'blocks-done', done })
}
