import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import type { AllocatorMessage } from '../allocator/index.ts'

const LOOK_EVERY_MS = 5000

type Message = { readonly type: 'look' } | Read

interface Read {
  readonly type: 'read'
  readonly text: string | undefined
  readonly error: unknown
}

/**
 * Reads which hosts' agents may be offered, a name a line, now and every five seconds; an empty file names none. When it can't be read
 * what was read last holds, and before that all agents are offered.
 * @see src/watcher/whitelist_watcher.cpp of Apache Mesos
 */
export function whitelistWatcher(
  path: string,
  allocator: ActorRef<AllocatorMessage>,
): Behavior<never> {
  const behavior = setup<Message>((ctx) => {
    const { disk } = ctx.environment
    const look = (): void => {
      const read = disk.readFile(path).then((bytes) => new TextDecoder().decode(bytes))
      ctx.pipeToSelf(read, (text, error) => ({ type: 'read', text, error }))
    }
    ctx.timers.startPeriodic('look', { type: 'look' }, LOOK_EVERY_MS)
    look()
    return stateful<string | undefined, Message>(undefined, (last, message) => {
      if (message.type === 'look') {
        look()
        return last
      }
      const { text, error } = message
      if (text === undefined) {
        ctx.log.write('error', 'the whitelist can not be read; it is tried again', {
          path,
          why: error instanceof Error ? error.message : String(error),
        })
        return last
      }
      if (text === last) return last
      const hostnames = new Set(text.split(/\r?\n/).filter((line) => line !== ''))
      if (hostnames.size === 0) ctx.log.write('warn', 'the whitelist is empty: nothing is offered')
      allocator.tell({ type: 'whitelist-updated', hostnames })
      return text
    })
  })
  return behavior
}
