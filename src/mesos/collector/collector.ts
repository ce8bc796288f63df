import { accepting, oneOf, setup, stateful, type Behavior } from '../../actors/index.ts'
import type { DiskSpace } from '../../platform/index.ts'
import { PersistentMap } from '../persistent-map.ts'
import { leftBehind } from './left-behind.ts'
import {
  DEFAULT_DELAY_MS,
  DEFAULT_HEADROOM,
  DEFAULT_WATCH_MS,
  newCollectorAccount,
  type CollectorMessage,
  type CollectorOptions,
} from './protocol.ts'
import { dueOf, mostAgeMs, topmost, without, type Schedule } from './schedule.ts'

type Message =
  | CollectorMessage
  | { readonly type: 'aged'; readonly path: string; readonly writtenUnixMs: number | undefined }
  | { readonly type: 'found'; readonly paths: readonly string[] }
  | { readonly type: 'look' }
  | { readonly type: 'looked'; readonly usedRatio: number | undefined }
  | { readonly type: 'removed' }

interface State {
  readonly schedule: Schedule
  readonly inUse: PersistentMap<true>
}

/** Removes what is over, when its time has come; see the front door. */
export function collectorBehavior(options: CollectorOptions): Behavior<CollectorMessage> {
  const { workDir, delayMs = DEFAULT_DELAY_MS, diskHeadroomRatio = DEFAULT_HEADROOM } = options
  const { diskWatchIntervalMs = DEFAULT_WATCH_MS, account = newCollectorAccount() } = options
  const behavior = setup<Message>((ctx) => {
    const { clock, disk } = ctx.environment
    /** From now on it ages; a collector after this one will see that. */
    const collect = (state: State, path: string): State => {
      if (!path.startsWith(`${workDir}/slaves/`)) return state
      disk.touch(path).catch((error: unknown) => {
        const reason = reasonOf(error)
        ctx.log.write('debug', 'there is nothing to collect', { path, reason })
      })
      const { schedule, inUse } = state
      return {
        inUse: inUse.without(path),
        schedule: schedule.with(path, clock.wallNow() + delayMs),
      }
    }

    const askAge = (path: string): void => {
      ctx.pipeToSelf(disk.describe(path), (details) => ({
        type: 'aged',
        path,
        writtenUnixMs: details?.modifiedUnixMs,
      }))
    }

    const look = (): void => {
      ctx.pipeToSelf(disk.space(workDir), (space) => ({
        type: 'looked',
        usedRatio: space && usedRatioOf(space),
      }))
    }

    const remove = async (path: string): Promise<void> => {
      try {
        await disk.remove(path)
        account.succeeded++
        ctx.log.write('debug', 'a directory of what is over is removed', { path })
      } catch (error) {
        account.failed++
        const reason = reasonOf(error)
        ctx.log.write('warn', 'a directory of what is over can not be removed', { path, reason })
      }
    }

    /** Where the disk does not say how full it is, there is room. */
    const collectDue = (state: State, usedRatio: number | undefined): State => {
      const ageMs =
        usedRatio === undefined ? delayMs : mostAgeMs(delayMs, diskHeadroomRatio, usedRatio)
      const due = dueOf(state.schedule, clock.wallNow(), delayMs, ageMs).filter(
        (path) => !isUsed(state.inUse, path),
      )
      if (due.length === 0) return state
      const removing = (async () => {
        for (const path of topmost(due)) await remove(path)
      })()
      ctx.pipeToSelf(removing, () => ({ type: 'removed' }))
      return { ...state, schedule: without(state.schedule, due) }
    }

    ctx.timers.startPeriodic('look', { type: 'look' }, diskWatchIntervalMs)
    const initial: State = { schedule: PersistentMap.empty(), inUse: PersistentMap.empty() }
    const handle = (state: State, message: Message): State => {
      switch (message.type) {
        case 'collect':
          return collect(state, message.path)
        case 'keep': {
          const { schedule, inUse } = state
          const { path } = message
          return { schedule: schedule.without(path), inUse: inUse.with(path, true) }
        }
        case 'look-round': {
          const { agentId, sandboxes } = message
          ctx.pipeToSelf(leftBehind(disk, workDir, agentId, sandboxes), (paths = [], error) => {
            if (error !== undefined) {
              const reason = reasonOf(error)
              ctx.log.write('warn', 'what was left behind can not be seen', { workDir, reason })
            }
            return { type: 'found', paths }
          })
          const { inUse } = state
          return { ...state, inUse: sandboxes.reduce((all, one) => all.with(one, true), inUse) }
        }
        case 'found':
          for (const path of message.paths) if (!isUsed(state.inUse, path)) askAge(path)
          return state
        case 'aged': {
          const { path, writtenUnixMs } = message
          if (writtenUnixMs === undefined || isUsed(state.inUse, path)) return state
          return { ...state, schedule: state.schedule.with(path, writtenUnixMs + delayMs) }
        }
        case 'look':
          look()
          return state
        case 'looked':
          return collectDue(state, message.usedRatio)
        case 'removed':
          return state
      }
    }
    return stateful<State, Message>(initial, (state, message) => {
      const next = handle(state, message)
      account.pending = next.schedule.size
      return next
    })
  })
  return accepting(nobody, behavior)
}

/** Its agent lives on the same node. */
const nobody = oneOf([])

/** Whether it, or something below it, is in use. */
function isUsed(inUse: PersistentMap<true>, path: string): boolean {
  for (const one of inUse.keys()) if (one === path || one.startsWith(`${path}/`)) return true
  return false
}

/** As df(1) shows it: of what one may take at all. */
function usedRatioOf({ usedBytes, freeBytes }: DiskSpace): number {
  return usedBytes / Math.max(1, usedBytes + freeBytes)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
