import type { TerminationReason } from '../signals.ts'
import type { OverflowPolicy } from '../spawn-options.ts'
import { Adapter } from '../adapter.ts'
import { AskPort } from '../ask.ts'
import { Cell } from '../cell.ts'
import { GuardedExport } from './guarded-export.ts'
import { areHops } from './far-waits.ts'
import type { Link } from './link.ts'
import { OneShot } from './one-shot.ts'
import { RemoteRef } from './remote-ref.ts'
import { isRef } from './wire-refs.ts'

/** Carries out one control message; false if its words make no sense. */
export type Control = (link: Link, words: readonly unknown[]) => boolean

/** As many as the largest mailbox has. */
const MAX_PLACES = 2 ** 26

/** The control messages of a link, by kind. */
export const controls: Readonly<Record<string, Control>> = {
  /** number, reason, error: an actor that the receiver knows has ended. */
  gone(link, [number, reason, error]) {
    if (!isNumber(number) || !isReason(reason)) return false
    link.gone(number, { reason, error })
    return true
  },

  /** number: the sender wants to hear of an actor's end. */
  watch(link, [number]) {
    if (!isNumber(number)) return false
    const target = link.hub.core.exports.get(number)
    const isWatchable =
      target instanceof Cell ||
      target instanceof Adapter ||
      target instanceof GuardedExport ||
      target instanceof RemoteRef
    if (isWatchable) link.knows.set(number, link.knows.get(number) ?? 0)
    else link.control('gone', number, 'stopped', undefined)
    return true
  },

  /** number, error: what was to answer your ask port can't travel. */
  unanswered(link, [number, error]) {
    if (!isPlace(number)) return false
    const port = link.hub.core.exports.get(number)
    if (port instanceof AskPort || port instanceof OneShot) port.fail(error)
    return true
  },

  /** question, path: which actor is there? */
  resolve(link, [question, path]) {
    if (!isPlace(question) || typeof path !== 'string') return false
    link.control('resolved', question, link.hub.core.facade.find(path) ?? null)
    return true
  },

  /** question, ref or null. */
  resolved(link, [question, ref]) {
    if (!isPlace(question)) return false
    if (ref !== null && !(typeof ref === 'object' && isRef(ref))) return false
    link.questions.answered(question, ref ?? undefined)
    return true
  },

  /** near, path, name, module, props, options: start this actor for my child `near`. */
  spawn(link, [near, path, name, module, props, options]) {
    if (!isPlace(near) || typeof path !== 'string' || typeof name !== 'string') return false
    if (typeof module !== 'string' || !Array.isArray(options)) return false
    const [capacity, shutdownMs, stashCapacity, lane, label, overflow, capacityBytes] =
      options as readonly unknown[]
    if (!isPlace(capacity) || typeof shutdownMs !== 'number' || !isPlace(stashCapacity))
      return false
    if (lane !== 'messages' && lane !== 'bulk') return false
    if (!isOverflowPolicy(overflow)) return false
    if (capacityBytes !== undefined && !isPlace(capacityBytes)) return false
    // One place in the tree has one child; the second would be nobody's to stop.
    if (link.children.far(near) !== undefined) return false
    link.children.startFar({
      near,
      path,
      name,
      module,
      props,
      options: {
        mailbox: { capacity, overflow, ...(capacityBytes === undefined ? {} : { capacityBytes }) },
        shutdownMs,
        stashCapacity,
        lane,
        ...(typeof label === 'string' ? { label } : {}),
      },
    })
    return true
  },

  /** number, needed, ahead: the sender's offers wait for places of an actor here, and could use some more soon. */
  want(link, [number, needed, ahead]) {
    if (!isNumber(number) || !isPlaces(needed) || !isPlaces(ahead)) return false
    link.flows.wanted(number, needed, ahead)
    return true
  },

  /** number, places: these are reserved for the receiver's offers. */
  grant(link, [number, places]) {
    if (!isNumber(number) || !isPlaces(places)) return false
    link.flows.granted(number, places)
    return true
  },

  /** number, places: these are not needed any more. */
  yield(link, [number, places]) {
    if (!isNumber(number) || !isPlaces(places)) return false
    link.flows.yielded(number, places)
    return true
  },

  /** number, reason: that actor takes no offers of the receiver. */
  deny(link, [number, reason]) {
    if (!isNumber(number) || typeof reason !== 'string') return false
    link.flows.denied(number, reason)
    return true
  },

  /** number, node, port, hops: whoever asked by that port waits, by way of the hops, on an actor here. */
  chase(link, [number, node, port, hops]) {
    if (!isNumber(number) || typeof node !== 'string' || !isPlace(port) || !areHops(hops)) {
      return false
    }
    link.hub.circles.asked(link, number, { node, port }, hops)
    return true
  },

  /** actor, node, port: it waits in a circle and may be called back by what was asked by that port. */
  admit(link, [actor, node, port]) {
    if (!isPlace(actor) || typeof node !== 'string' || !isPlace(port)) return false
    link.hub.circles.admit(actor, { node, port })
    return true
  },

  /** near, error: the actor that you have started here for `near` has failed and waits. */
  failed(link, [near, error]) {
    if (!isPlace(near)) return false
    link.children.near(near)?.failed(error)
    return true
  },

  /** near, reason, error: it is gone. */
  terminated(link, [near, reason, error]) {
    if (!isPlace(near) || !isReason(reason)) return false
    link.children.near(near)?.farTerminated(reason, error)
    return true
  },

  /** near, error: the directive on its failure. */
  restart(link, [near, error]) {
    if (!isPlace(near)) return false
    link.children.far(near)?.restart(error)
    return true
  },

  resume(link, [near]) {
    if (!isPlace(near)) return false
    link.children.far(near)?.resume()
    return true
  },

  /** near: stop it behind the messages sent before. */
  stop(link, [near]) {
    if (!isPlace(near)) return false
    link.children.far(near)?.stop('stop')
    return true
  },

  kill(link, [near]) {
    if (!isPlace(near)) return false
    link.children.far(near)?.stop('kill')
    return true
  },

  /** Stands in for a word that could not travel. */
  nothing() {
    return true
  },

  /** The sender wants a bulk connection and can't dial. */
  bulk(link) {
    link.onBulkWanted?.()
    return true
  },

  /** The sender leaves in good order. */
  bye(link) {
    link.hasLeft = true
    return true
  },
}

/** The number of an actor, or that of a child's place, negative. */
function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value !== 0
}

function isPlaces(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_PLACES
}

function isPlace(value: unknown): value is number {
  return isNumber(value) && value > 0
}

function isReason(value: unknown): value is TerminationReason {
  return value === 'stopped' || value === 'failed' || value === 'killed' || value === 'node-lost'
}

function isOverflowPolicy(value: unknown): value is OverflowPolicy {
  return value === 'reject' || value === 'dropOldest' || value === 'dropNewest' || value === 'fail'
}
