import {
  aFlag,
  aNumber,
  aRef,
  aText,
  accepting,
  listOf,
  maybe,
  protocol,
  oneOf,
  record,
  setup,
  stateful,
  type Behavior,
  type Subject,
} from '../../actors/index.ts'
import type { AllocatorOptions } from '../allocator/index.ts'
import { MesosError } from '../errors.ts'
import { amountsShape, frameworkInfoShape, resourceOperationShape } from '../protocol/index.ts'
import { memoryRegistryStore, type RegistryStore } from '../registry/index.ts'
import { accountOfTask } from './explain-task.ts'
import type { MasterOptions } from './options.ts'
import type { MasterMessage } from './protocol.ts'
import { oldQuotaProblem } from './old-quota.ts'
import { quotaProblem, weightsProblem } from './quota.ts'
import { Rim, type Message } from './rim.ts'
import { goneProblem, snapshotOf, standingOf, teardownProblem } from './snapshot.ts'
import { initialMasterState, type MasterEvent, type MasterState } from './state.ts'
import { stepMaster } from './step.ts'
import { updateProblem } from './subscribe-problem.ts'
import { whitelistWatcher } from './whitelist.ts'

/** Settings of the master and of the allocator under it. */
export interface MasterSettings {
  readonly master?: Partial<MasterOptions>
  readonly allocator?: Partial<AllocatorOptions>
  /** Opens the store of its registry, each time it starts; without one what it promised ends with its behavior. */
  readonly openRegistry?: () => Promise<RegistryStore>
  /** An absolute path: only agents of hosts that are named there are offered. @see whitelist of Mesos */
  readonly whitelistPath?: string
}

/**
 * The master: the actor around `stepMaster`, with the allocator and a session per connection as its children. A new
 * incarnation knows nobody; agents and schedulers see their sessions end, come back, and bring what they hold.
 */
export function masterBehavior(settings: MasterSettings = {}): Behavior<MasterMessage> {
  // Without one that lasts, what was promised lasts as long as this behavior.
  const kept = memoryRegistryStore()
  const open = settings.openRegistry ?? ((): Promise<RegistryStore> => Promise.resolve(kept))
  const behavior = setup<Message>((ctx) => {
    const { clock, random } = ctx.environment
    const { allocator, master: given, whitelistPath } = settings
    const masterId = random.id().slice(0, 16)
    const initial = initialMasterState(masterId, settings.master, clock.now())
    const leastEpoch = (given?.epoch ?? 1) + ctx.restarts
    const rim = new Rim(ctx, { master: initial.options, allocator, leastEpoch, open })
    if (whitelistPath !== undefined) {
      ctx.spawn(whitelistWatcher(whitelistPath, rim.allocator), 'whitelist')
    }
    const { decisions } = ctx.system
    let latest = initial
    const standing = (subject: Subject): readonly string[] =>
      decisions.answer(subject, { limit: 0, isDirect: true, isFull: false }).now
    decisions.account(ctx.self, (wanted) => accountOfTask(latest, wanted, standing))
    const step = (state: MasterState, event: MasterEvent): MasterState => {
      const moment = { nowMs: clock.now(), unixMs: clock.wallNow() }
      rim.counts.saw(event)
      const [next, effects] = stepMaster(state, event, moment)
      latest = next
      for (const effect of effects) rim.run(effect)
      return next
    }

    const waitForRegistry = (message: Message): undefined => {
      ctx.stash.stash(message)
      return undefined
    }

    const handle = (state: MasterState, message: Message): MasterState => {
      switch (message.type) {
        case 'connect-scheduler': {
          const { subscriber, isFinal = false } = message
          const session = rim.openScheduler(subscriber, state.options, isFinal)
          const { epoch } = state.options
          message.replyTo.tell({ type: 'scheduler-connected', session, epoch })
          return state
        }
        case 'connect-agent': {
          const session = rim.openAgent(message.subscriber, state.options)
          const { epoch } = state.options
          message.replyTo.tell({ type: 'agent-connected', session, epoch })
          return state
        }
        case 'get-state': {
          const { replyTo, isMeasured = false } = message
          rim.allocator.tell({
            type: 'get-accounts',
            isMeasured,
            replyTo: ctx.adapter((accounts) => ({ type: 'accounts-came', accounts, replyTo })),
          })
          return state
        }
        case 'watch-cluster': {
          const { watcher } = message
          rim.allocator.tell({
            type: 'get-accounts',
            replyTo: ctx.adapter((accounts) => ({ type: 'watch-begins', accounts, watcher })),
          })
          return state
        }
        case 'watch-begins':
          message.watcher.tell(snapshotOf(state, message.accounts))
          rim.watch(message.watcher)
          return state
        case 'watcher-gone':
          rim.unwatch(message.watcher)
          return state
        case 'accounts-came':
          message.replyTo.tell(snapshotOf(state, message.accounts, rim))
          return state
        case 'update-quota': {
          const { quota_configs, force = false, only, replyTo } = message
          const problem =
            only === undefined
              ? quotaProblem(state, quota_configs, force)
              : oldQuotaProblem(state, quota_configs, force, only)
          const changes = quota_configs.map((quota) => ({ type: 'quota-set', quota }) as const)
          rim.grant(replyTo, problem, changes, { type: 'quotas-set', quota_configs })
          return state
        }
        case 'update-weights': {
          const { weight_infos, replyTo } = message
          const problem = weightsProblem(weight_infos)
          const changes = weight_infos.map((one) => ({ type: 'weight-set', ...one }) as const)
          rim.grant(replyTo, problem, changes, { type: 'weights-set', weight_infos })
          return state
        }
        case 'operate-agent': {
          const { agentId, operation, principal, replyTo } = message
          const request = rim.expectAnswer(replyTo)
          return step(state, { type: 'operation-asked', request, agentId, operation, principal })
        }
        case 'mark-agent-gone': {
          const { agentId: id, replyTo } = message
          const problem = goneProblem(state, id)
          const unixMs = clock.wallNow()
          const gone = { type: 'agent-gone', agentId: id, unixMs } as const
          rim.grant(replyTo, problem, [{ type: 'agent-gone', id, unixMs }], gone)
          return state
        }
        case 'granted':
          message.replyTo.tell({ type: 'master-updated' })
          return step(state, message.event)
        case 'update-framework': {
          const { frameworkId, framework_info: info, replyTo } = message
          const suppressedRoles = message.suppressed_roles
          const problem = updateProblem(state, frameworkId, info, suppressedRoles)
          replyTo.tell({ type: 'master-updated', ...(problem !== undefined && { problem }) })
          if (problem !== undefined) return state
          return step(state, { type: 'framework-updated', frameworkId, info, suppressedRoles })
        }
        case 'find-framework':
          message.replyTo.tell(standingOf(state, message.frameworkId))
          return state
        case 'teardown-framework': {
          const { frameworkId, principal, replyTo } = message
          const problem = teardownProblem(state, frameworkId, principal)
          replyTo.tell({ type: 'master-updated', ...problem })
          return problem === undefined ? step(state, { type: 'teardown', frameworkId }) : state
        }
        case 'registry-recovered':
          return state
        case 'registry-written':
          rim.stores.add(message.tookMs)
          return state
        case 'registry-failed':
          throw registryFailed(message.error)
        case 'allocator-gone':
          if (message.allocator !== rim.allocator) return state
          // What it held for whom is gone with it: only a new master, to which all come back, can be right.
          throw new MesosError(
            'TROUPE_MESOS_ALLOCATOR_LOST',
            'The allocator has ended, and with it the account of who holds what; the master starts anew.',
          )
        default: {
          if (message.type !== 'disconnected') return step(state, message)
          const isFinal = rim.isFinal(message.connection)
          rim.forget(message.connection)
          return step(state, { ...message, isFinal })
        }
      }
    }

    return stateful<MasterState | undefined, Message>(undefined, (state, message) => {
      if (state !== undefined) return handle(state, message)
      if (message.type === 'registry-failed') throw registryFailed(message.error)
      if (message.type !== 'registry-recovered') return waitForRegistry(message)
      rim.fetchMs = message.tookMs
      ctx.stash.unstashAll()
      return step(initial, { type: 'recovered', registry: message.registry })
    })
  })
  return accepting(requests, behavior)
}

function registryFailed(cause: unknown): MesosError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new MesosError(
    'TROUPE_MESOS_REGISTRY_FAILED',
    `The master can't keep its registry, so it can promise nothing, and starts anew: ${why}`,
    { cause },
  )
}

/** What anybody may tell it; the rest of its messages are its own. */
const requests = protocol<MasterMessage>({
  'connect-scheduler': { subscriber: aRef, isFinal: maybe(aFlag), replyTo: aRef },
  'connect-agent': { subscriber: aRef, replyTo: aRef },
  'get-state': { isMeasured: maybe(aFlag), replyTo: aRef },
  'watch-cluster': { watcher: aRef },
  'update-quota': {
    quota_configs: listOf(
      record({ role: aText, guarantees: maybe(amountsShape), limits: maybe(amountsShape) }),
    ),
    force: maybe(aFlag),
    only: maybe(oneOf(['new', 'known'])),
    replyTo: aRef,
  },
  'update-weights': {
    weight_infos: listOf(record({ role: aText, weight: aNumber })),
    replyTo: aRef,
  },
  'operate-agent': {
    agentId: aText,
    operation: resourceOperationShape,
    principal: maybe(aText),
    replyTo: aRef,
  },
  'mark-agent-gone': { agentId: aText, replyTo: aRef },
  'update-framework': {
    frameworkId: aText,
    framework_info: frameworkInfoShape,
    suppressed_roles: listOf(aText),
    replyTo: aRef,
  },
  'find-framework': { frameworkId: aText, replyTo: aRef },
  'teardown-framework': { frameworkId: aText, principal: maybe(aText), replyTo: aRef },
})
