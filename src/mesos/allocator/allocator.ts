import { setup, stateful, type ActorRef, type Behavior } from '../../actors/index.ts'
import { points } from '../decision-points.ts'
import { accountOf } from './explain-now.ts'
import { idleKey, noteOfRun } from './explain-run.ts'
import type { AllocationDecision, AllocatorEvent, ConversionAnswered, Holding } from './protocol.ts'
import { Series } from '../series.ts'
import { accountsOf, figuresOf, type Accounts } from './shares.ts'
import { initialAllocatorState, type AllocatorOptions, type AllocatorState } from './state.ts'
import { stepAllocator } from './step.ts'

/** What the allocator tells its master: resources that are held for frameworks from now on. */
export interface OffersMade {
  readonly type: 'offers-made'
  /** The run that made them. */
  readonly run: number
  readonly offers: readonly Holding[]
}

/** What can be asked of the allocator. */
export type AllocatorQuery =
  | {
      readonly type: 'get-accounts'
      readonly isMeasured?: boolean
      readonly replyTo: ActorRef<Accounts>
    }
  /** The newest decisions, oldest first; a few hundred are kept, each with its first offers. */
  | { readonly type: 'get-decisions'; readonly replyTo: ActorRef<readonly AllocationDecision[]> }

/** What the allocator is told; runs are its own business. */
export type AllocatorMessage =
  Exclude<AllocatorEvent, { readonly type: 'allocate' }> | AllocatorQuery

type OwnMessage =
  | { readonly type: 'batch-due' }
  /** Runs over the agents that events have named since the last run. */
  | { readonly type: 'run-wanted' }

type AllocateEvent = Extract<AllocatorEvent, { readonly type: 'allocate' }>

const KEPT_DECISIONS = 256
/** Of one decision: a run over a large cluster makes thousands. */
const KEPT_OFFERS = 32

interface Memory {
  readonly state: AllocatorState
  /** Agents to look at in the run that is under way to the mailbox; none if none is. */
  readonly wanted: ReadonlySet<string> | 'all' | undefined
  readonly decisions: readonly AllocationDecision[]
}

/**
 * The actor around `stepAllocator`. It runs over all agents every `allocationIntervalMs`, and over those that an event
 * made worth while as soon as the messages that wait with it are handled; events in a row share one run.
 */
export function allocatorBehavior(
  master: ActorRef<OffersMade | ConversionAnswered>,
  options: Partial<AllocatorOptions> = {},
): Behavior<AllocatorMessage> {
  const behavior = setup<AllocatorMessage | OwnMessage>((ctx) => {
    const { clock, random } = ctx.environment
    const initial: Memory = {
      state: initialAllocatorState(options),
      wanted: undefined,
      decisions: [],
    }
    const log = ctx.system.decisions
    let latest = initial.state
    log.account(ctx.self, (wanted) => accountOf(latest, wanted, clock.now()))
    const intervalMs = initial.state.options.allocationIntervalMs
    ctx.timers.startPeriodic('batch', { type: 'batch-due' }, intervalMs)

    const apply = (memory: Memory, event: AllocatorEvent): Memory => {
      const [state, effects] = stepAllocator(memory.state, event)
      let { wanted, decisions } = memory
      for (const effect of effects) {
        switch (effect.type) {
          case 'offer':
            master.tell({ type: 'offers-made', run: state.runs, offers: effect.offers })
            break
          case 'conversion-answered':
            master.tell(effect)
            break
          case 'decided':
            decisions = [...decisions.slice(-(KEPT_DECISIONS - 1)), shortened(effect.decision)]
            if (event.type === 'allocate') explain(memory.state, event, effect.decision)
            break
          case 'allocation-wanted':
            if (wanted === undefined) ctx.self.tell({ type: 'run-wanted' })
            wanted = both(wanted, effect.agentIds)
            break
        }
      }
      latest = state
      return { state, wanted, decisions }
    }

    const explain = (before: AllocatorState, event: AllocateEvent, made: AllocationDecision) => {
      if (!log.isOn) return
      const isIdle = made.offers.length === 0
      const key = isIdle ? idleKey(made) : undefined
      log.note(isIdle ? points.idle : points.allocation, noteOfRun(before, event, made), key)
    }

    const runs = new Series()
    const run = (memory: Memory, wanted: ReadonlySet<string> | 'all'): Memory => {
      const nowMs = clock.now()
      const next = apply(memory, {
        type: 'allocate',
        nowMs,
        seed: random.int(2 ** 31),
        ...(wanted !== 'all' && { agentIds: [...wanted] }),
      })
      runs.add(clock.now() - nowMs)
      return next
    }

    return stateful<Memory, AllocatorMessage | OwnMessage>(initial, (memory, message) => {
      switch (message.type) {
        case 'batch-due':
          return run(memory, 'all')
        case 'run-wanted':
          return run({ ...memory, wanted: undefined }, memory.wanted ?? 'all')
        case 'get-accounts':
          message.replyTo.tell({
            ...accountsOf(memory.state),
            ...(message.isMeasured === true && {
              figures: figuresOf(memory.state, clock.now(), runs.summary()),
            }),
          })
          return memory
        case 'get-decisions':
          message.replyTo.tell(memory.decisions)
          return memory
        default:
          return apply(memory, message)
      }
    })
  })
  return behavior
}

function shortened(decision: AllocationDecision): AllocationDecision {
  const { offers } = decision
  return offers.length <= KEPT_OFFERS
    ? decision
    : { ...decision, offers: offers.slice(0, KEPT_OFFERS) }
}

function both(
  wanted: ReadonlySet<string> | 'all' | undefined,
  more: readonly string[] | 'all',
): ReadonlySet<string> | 'all' {
  if (wanted === 'all' || more === 'all') return 'all'
  return new Set([...(wanted ?? []), ...more])
}
