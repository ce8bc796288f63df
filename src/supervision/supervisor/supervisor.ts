import { setup, stateful } from '../../actors/index.ts'
import type {
  ActorContext,
  ActorRef,
  AnyRef,
  Behavior,
  Signal,
  SupervisorStrategy,
} from '../../actors/index.ts'
import { checkChildren, spawnOptionsOf } from '../child-spec.ts'
import type { AnyChildSpec } from '../child-spec.ts'
import { supervised } from '../supervised.ts'
import { oneForOne } from '../strategies.ts'
import type { ChildReply, SupervisorMessage } from './protocol.ts'
import {
  ended,
  find,
  infoOf,
  refusalOfEnded,
  refusalToStart,
  removed,
  started,
  stopping,
} from './state.ts'
import type { SupervisorState } from './state.ts'

type Context = ActorContext<SupervisorMessage>

/**
 * An actor that does nothing but supervise: it starts `children` left to right, stops them right to left,
 * answers for them by `strategy` (one-for-one by default), and takes children at run time. Restarted itself, it
 * begins with `children` again.
 *
 * @throws TROUPE_SUPERVISION_CHILD_DUPLICATE
 */
export function supervisor(
  children: readonly AnyChildSpec[],
  strategy: SupervisorStrategy = oneForOne(),
): Behavior<SupervisorMessage> {
  checkChildren(children)
  const behavior = setup<SupervisorMessage>((ctx) => {
    let state: SupervisorState = []
    for (const spec of children) state = start(state, spec, ctx)
    return stateful(state, handle, handleSignal)
  })
  return supervised(strategy, behavior)
}

function start(state: SupervisorState, spec: AnyChildSpec, ctx: Context): SupervisorState {
  const ref = ctx.spawn(spec.start, spec.id, spawnOptionsOf(spec))
  ctx.watch(ref)
  report(ctx, 'started', spec.id, ref)
  return started(state, spec, ref)
}

function handle(state: SupervisorState, message: SupervisorMessage, ctx: Context): SupervisorState {
  switch (message.type) {
    case 'WhichChildren':
      message.replyTo.tell({ type: 'Children', children: state.map(infoOf) })
      return state
    case 'CountChildren': {
      const running = state.filter(({ ref }) => ref !== undefined).length
      message.replyTo.tell({ type: 'Count', specs: state.length, running })
      return state
    }
    case 'StartChild': {
      const { spec, replyTo } = message
      const reason = refusalToStart(state, spec.id)
      if (reason === undefined) return startFor(replyTo, state, spec, ctx)
      replyTo.tell({ type: 'ChildRefused', id: spec.id, reason })
      return state
    }
    case 'RestartChild': {
      const { id, replyTo } = message
      const entry = find(state, id)
      const reason = refusalOfEnded(entry)
      if (entry !== undefined && reason === undefined) {
        return startFor(replyTo, state, entry.spec, ctx)
      }
      replyTo.tell({ type: 'ChildRefused', id, reason: reason ?? 'not-found' })
      return state
    }
    case 'DeleteChild': {
      const { id, replyTo } = message
      const entry = find(state, id)
      const reason = refusalOfEnded(entry)
      if (entry !== undefined && reason === undefined) {
        replyTo.tell({ type: 'ChildDeleted', id })
        return removed(state, entry)
      }
      replyTo.tell({ type: 'ChildRefused', id, reason: reason ?? 'not-found' })
      return state
    }
    case 'TerminateChild':
      return terminate(state, message.id, message.replyTo, ctx)
  }
}

function startFor(
  replyTo: ActorRef<ChildReply>,
  state: SupervisorState,
  spec: AnyChildSpec,
  ctx: Context,
): SupervisorState {
  try {
    const after = start(state, spec, ctx)
    const ref = find(after, spec.id)?.ref
    if (ref !== undefined) replyTo.tell({ type: 'ChildStarted', id: spec.id, ref })
    return after
  } catch (error) {
    // A spec that can't be started is the asker's mistake: a refusal, not the supervisor's failure.
    ctx.log.write('warn', `${ctx.path} can't start child '${spec.id}'`, {
      error: error instanceof Error ? error.message : error,
    })
    replyTo.tell({ type: 'ChildRefused', id: spec.id, reason: 'illegal' })
    return state
  }
}

function terminate(
  state: SupervisorState,
  id: string,
  replyTo: ActorRef<ChildReply>,
  ctx: Context,
): SupervisorState {
  const entry = find(state, id)
  if (entry === undefined) {
    replyTo.tell({ type: 'ChildRefused', id, reason: 'not-found' })
    return state
  }
  if (entry.ref === undefined) {
    replyTo.tell({ type: 'ChildTerminated', id })
    return state
  }
  void ctx.stop(entry.ref)
  return stopping(state, entry, replyTo)
}

function handleSignal(state: SupervisorState, signal: Signal, ctx: Context): SupervisorState {
  if (signal.type !== 'Terminated') return state
  const entry = state.find(({ ref }) => ref === signal.ref)
  if (entry === undefined) return state
  report(ctx, signal.reason, entry.spec.id, signal.ref)
  for (const replyTo of entry.stopping ?? []) {
    replyTo.tell({ type: 'ChildTerminated', id: entry.spec.id })
  }
  return ended(state, entry)
}

function report(
  ctx: Context,
  event: 'started' | 'stopped' | 'failed' | 'killed' | 'node-lost',
  id: string,
  ref: AnyRef,
): void {
  ctx.system.eventStream.publish({
    type: 'SupervisorReport',
    supervisor: ctx.path,
    child: id,
    path: ref.path,
    event,
  })
}
