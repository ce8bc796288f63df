import type { DiskFate } from '../../platform/index.ts'

/**
 * A fault as plain data: it can stand in a scenario, be printed, sent, stored as JSON and shrunk. The
 * same words are injected into real systems and into simulated ones.
 */
export type Fault = MessageFault | ActorFault | ProcessFault | LinkFault | DiskFault | ClockFault

/** What happens to messages on their way to an actor. */
export type MessageFault = FailFault | DelayFault | DropFault | DuplicateFault | CorruptFault
export type ActorFault = KillActorFault | KillThreadFault | BlockThreadFault
/** What happens to a whole process or its machine. */
export type ProcessFault =
  KillProcessFault | CrashNodeFault | RestartNodeFault | FreezeFault | SlowNodeFault
export type LinkFault = CutLinkFault | ResetLinkFault | SlowLinkFault | HalfOpenLinkFault
export type DiskFault = FillDiskFault | FailDiskFault | SlowDiskFault | TearWriteFault
export type ClockFault = SkewClockFault
export type FaultType = Fault['type']

/** When a fault begins; at once by default. All counting starts with the injection. */
export type FaultTrigger = AfterTime | AtMessage | AtEvent

/** So long after the injection, ms ≥ 0. */
export interface AfterTime {
  readonly afterMs: number
}

/** When the nth message (1 by default) that fits is on its way. */
export interface AtMessage extends MessageMatch {
  readonly nth?: number
}

/** When the nth event (1 by default) of that type is published: `ChildFailed`, `NodeLost`, … */
export interface AtEvent {
  readonly event: string
  /** The system that publishes it, by node; any by default. */
  readonly node?: string
  readonly nth?: number
}

/** Which messages are meant. */
export interface MessageMatch {
  /**
   * Path of the receiver from the root of its system, `/user/store`. `*` stands for any characters within one
   * name, `**` for any number of names: `/user/shard-*`, `/user/**`.
   */
  readonly actor: string
  /** The `type` of the message; any by default. `*` stands for any characters. */
  readonly message?: string
  /** The node where the message is told, or handed in by a link; any by default. */
  readonly node?: string
}

/**
 * Which of the fitting messages are hit. At most one of `nth`, `every` and `probability` is given;
 * without any of them it is each. They count per fault, over all receivers that fit.
 */
export interface MessageSelection extends MessageMatch {
  readonly at?: FaultTrigger
  /** Only the nth, from 1. */
  readonly nth?: number
  /** Each nth: 3 hits the third, sixth, ninth, … */
  readonly every?: number
  /** Each with this chance, 0 < p ≤ 1, drawn from the seed where there is one. */
  readonly probability?: number
  /** No more than so many, ≥ 1. Without bound by default. */
  readonly atMost?: number
}

/**
 * The receiver fails instead of handling the message: its handler is not called, and its parent gets the
 * failure `TROUPE_FAULT_INJECTED`, or one with the code and the message given here.
 * The message counts as failed.
 */
export interface FailFault extends MessageSelection {
  readonly type: 'fail'
  readonly error?: { readonly code?: string; readonly message?: string }
}

/**
 * The message arrives late; later ones of the same sender may overtake it. On its way it counts as in
 * flight. With `keepOrder` what follows to that receiver waits behind it.
 */
export interface DelayFault extends MessageSelection {
  readonly type: 'delay'
  /** 0 … 2^31-1. */
  readonly delayMs: number
  readonly keepOrder?: boolean
}

/** The message is lost on its way: a dead letter with reason `intercepted`. Its sender sees nothing. */
export interface DropFault extends MessageSelection {
  readonly type: 'drop'
}

/** The message arrives more than once, the copies right behind it. Each copy counts as sent. */
export interface DuplicateFault extends MessageSelection {
  readonly type: 'duplicate'
  /** Copies beside the original, 1 … 1,000; 1 by default. */
  readonly copies?: number
}

/** The receiver gets a changed copy of the message; the sender's own stays as it is. */
export interface CorruptFault extends MessageSelection {
  readonly type: 'corrupt'
  /** What is changed, by a dotted path (`order.count`); by default a leaf chosen by chance, never `type`. */
  readonly field?: string
  /**
   * What stands there then. By default a value of the same kind that differs: a string with one character
   * changed, a number with one bit of its whole part, a boolean negated, bytes with one bit flipped.
   */
  readonly value?: unknown
}

/** The actors at the path are killed, as by `system.kill`: what waits for them is a dead letter. */
export interface KillActorFault {
  readonly type: 'kill-actor'
  readonly at?: FaultTrigger
  /** Path pattern, as in {@link MessageMatch}. */
  readonly actor: string
  readonly node?: string
}

/**
 * A thread of a pool ends at once, in the middle of whatever it does. Real: the worker thread is terminated.
 * Simulated: the thread's node ends.
 */
export interface KillThreadFault {
  readonly type: 'kill-thread'
  readonly at?: FaultTrigger
  /** Name of the thread pool, or of the simulated node whose thread it is; the first pool given by default. */
  readonly pool?: string
  /** Which of the threads that live then, from 0 in the order of their start; 0 by default. */
  readonly thread?: number
}

/**
 * A thread's event loop does not turn for a while. Real: the thread waits synchronously. Simulated: its
 * node is stopped. It answers no heartbeat meanwhile; past the pool's limit it counts as lost.
 */
export interface BlockThreadFault {
  readonly type: 'block-thread'
  readonly at?: FaultTrigger
  readonly pool?: string
  readonly thread?: number
  /** 1 … 2^31-1. */
  readonly forMs: number
}

/** SIGKILL: the process ends at once; the system closes its sockets, its files stay. */
export interface KillProcessFault {
  readonly type: 'kill-process'
  readonly at?: FaultTrigger
  /** The process, by the name under which it was given to the injection, or of its simulated node. */
  readonly node: string
}

/**
 * The machine loses power: all its processes end, peers hear nothing more (no reset, no end), bytes that were
 * not synced meet `disk`. Real, where a process stands for its machine: SIGKILL, and its links are silent until it
 * is started again; what it had written stays (`keep-all`).
 */
export interface CrashNodeFault {
  readonly type: 'crash-node'
  readonly at?: FaultTrigger
  readonly node: string
  /** What becomes of unsynced bytes, where the disk is simulated; `lose-all` by default. */
  readonly disk?: DiskFate
}

/** A process that has ended is started again, as the scenario or the handle says how. */
export interface RestartNodeFault {
  readonly type: 'restart-node'
  readonly at?: FaultTrigger
  readonly node: string
}

/** SIGSTOP, and SIGCONT after `forMs`: sockets stay open and nothing answers. */
export interface FreezeFault {
  readonly type: 'freeze'
  readonly at?: FaultTrigger
  readonly node: string
  /** 1 … 2^31-1; until the injection ends by default. */
  readonly forMs?: number
}

/**
 * The process gets only a share of its time: it is stopped and continued in turn. Simulated likewise,
 * with virtual time.
 */
export interface SlowNodeFault {
  readonly type: 'slow-node'
  readonly at?: FaultTrigger
  readonly node: string
  /** Share of the time in which it runs, 0 < r < 1. */
  readonly runRatio: number
  /** Length of one turn of running and standing still, ms, 2 … 60,000; 100 by default. */
  readonly periodMs?: number
  readonly forMs?: number
}

/** Which connections are meant: those between two nodes, whoever has dialled. */
export interface LinkSelection {
  readonly at?: FaultTrigger
  /** A node by its name, or a fault proxy's name on the dialling side. */
  readonly from: string
  readonly to: string
}

/**
 * `both`: bytes are held both ways; `one-way`: only what `from` sends to `to`. What this means to a
 * reply is up to whoever waits for it.
 */
export type LinkDirection = 'both' | 'one-way'

/**
 * A partition as TCP sees it: connections stay open, bytes wait, new connections get no answer; all of it
 * flows on when it heals.
 */
export interface CutLinkFault extends LinkSelection {
  readonly type: 'cut-link'
  /** `both` by default. */
  readonly direction?: LinkDirection
  /** 1 … 2^31-1; until the injection ends by default. */
  readonly forMs?: number
}

/** All open connections between the two break: both sides see an error, bytes under way are lost. */
export interface ResetLinkFault extends LinkSelection {
  readonly type: 'reset-link'
}

/** Bytes take longer, or flow no faster than a rate, or both. They keep their order. */
export interface SlowLinkFault extends LinkSelection {
  readonly type: 'slow-link'
  readonly direction?: LinkDirection
  /** Added to the way of each piece, ms ≥ 0; 0 by default. */
  readonly delayMs?: number
  /** Drawn anew for each piece from 0 … jitterMs and added; 0 by default. */
  readonly jitterMs?: number
  /** ≥ 1; without limit by default. */
  readonly bytesPerSecond?: number
  readonly forMs?: number
}

/**
 * Something between the two has forgotten their open connections: both sides take them for open, and what they
 * send vanishes. New connections stand as ever. After `forMs` the old ones break.
 */
export interface HalfOpenLinkFault extends LinkSelection {
  readonly type: 'half-open-link'
  readonly forMs?: number
}

/** Which files are meant. */
export interface DiskSelection {
  readonly at?: FaultTrigger
  /** Whose disk, by the name of its node or of the disk given to the injection. */
  readonly node: string
  /** Only paths under this one; the whole disk by default. */
  readonly path?: string
}

/** Writing fails with ENOSPC, once `freeBytes` more have been written; removing files gives nothing back. */
export interface FillDiskFault extends DiskSelection {
  readonly type: 'fill-disk'
  /** ≥ 0; 0 by default. The write that goes beyond is cut off there, as a real disk cuts it. */
  readonly freeBytes?: number
  readonly forMs?: number
}

export type DiskOperation = 'read' | 'write' | 'sync' | 'any'

/** The disk answers EIO: to everything, or to the nth operation. */
export interface FailDiskFault extends DiskSelection {
  readonly type: 'fail-disk'
  /** `any` by default. */
  readonly operation?: DiskOperation
  /** Only the nth operation that fits, from 1; all by default. */
  readonly nth?: number
  readonly forMs?: number
}

/** Each operation takes so much longer. */
export interface SlowDiskFault extends DiskSelection {
  readonly type: 'slow-disk'
  /** 1 … 2^31-1. */
  readonly delayMs: number
  readonly operation?: DiskOperation
  readonly forMs?: number
}

/** Of the nth write only the first part reaches the file, and the writer is told EIO. */
export interface TearWriteFault extends DiskSelection {
  readonly type: 'tear-write'
  /** From 1, the default. */
  readonly nth?: number
  /** Share of the bytes that get there, 0 ≤ r < 1; 0.5 by default. */
  readonly keepRatio?: number
}

/** The node's wall clock jumps; its timers and `now` go on as before. After `forMs` it jumps back. */
export interface SkewClockFault {
  readonly type: 'skew-clock'
  readonly at?: FaultTrigger
  readonly node: string
  /** Forwards, or backwards when negative; not 0. */
  readonly offsetMs: number
  readonly forMs?: number
}
