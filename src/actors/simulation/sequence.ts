import type { TraceEvent } from './trace.ts'

/** One line of a sequence: something that happened to one lane, or went from one to another. */
export interface SequenceStep {
  readonly atMs: number
  readonly kind:
    'message' | 'reply' | 'lost' | 'directive' | 'death' | 'fault' | 'note' | 'violation'
  /** A lane: an actor, or a node. */
  readonly from: string
  /** The receiver of a message; otherwise the same as `from`. */
  readonly to: string
  readonly what: string
  readonly detail: string
  /** When a message over a link arrived; undefined for others, and for one that never did. */
  arrivedMs?: number
}

/** Who takes part, and what happened. */
export interface Sequence {
  /** Node by node, in order of appearance. */
  readonly lanes: readonly string[]
  readonly steps: readonly SequenceStep[]
}

const QUIET: ReadonlySet<string> = new Set(['turn', 'frame'])

/** What went on between actors: messages with their senders, what was answered, failed, lost and broken. */
export function sequenceOf(events: readonly TraceEvent[]): Sequence {
  const steps: SequenceStep[] = []
  /** Receiver and type of messages that are on their way over links → those steps, oldest first. */
  const onTheirWay = new Map<string, SequenceStep[]>()
  for (const event of events) {
    if (QUIET.has(event.kind)) continue
    if (event.kind === 'arrive' || event.kind === 'reply') {
      const waiting = onTheirWay.get(`${withoutNode(event.to)} ${event.what}`)
      const sent = waiting?.shift()
      if (sent !== undefined) {
        sent.arrivedMs = event.atMs
        continue
      }
    }
    const step = stepOf(event)
    steps.push(step)
    if (event.kind === 'forward') {
      const key = `${withoutNode(event.to)} ${event.what}`
      const waiting = onTheirWay.get(key)
      if (waiting === undefined) onTheirWay.set(key, [step])
      else waiting.push(step)
    }
  }
  const lanes = new Set<string>()
  for (const { from, to } of steps) for (const lane of [from, to]) if (lane !== '') lanes.add(lane)
  return { lanes: inOrder([...lanes]), steps }
}

function stepOf({ atMs, kind, from, to, what, detail }: TraceEvent): SequenceStep {
  switch (kind) {
    case 'send':
    case 'forward':
    case 'arrive':
      return { atMs, kind: 'message', from: from || to, to, what, detail }
    case 'reply':
    case 'late-reply':
      return { atMs, kind: 'reply', from: from || to, to, what, detail }
    case 'dead-letter':
      return { atMs, kind: 'lost', from: to, to, what, detail }
    case 'directive':
      return { atMs, kind: 'directive', from, to: from, what, detail }
    case 'death':
      return { atMs, kind: 'death', from, to: from, what, detail }
    case 'fault':
    case 'heal':
    case 'node':
      return {
        atMs,
        kind: 'fault',
        from,
        to: from,
        what: kind === 'heal' ? `healed: ${what}` : what,
        detail,
      }
    case 'violation':
      return { atMs, kind: 'violation', from: '', to: '', what, detail }
    default:
      return { atMs, kind: 'note', from, to: from, what, detail }
  }
}

/** `office:office/user/vault` → `office/user/vault`. */
function withoutNode(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

export function nodeOf(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(0, colon)
}

function inOrder(lanes: readonly string[]): readonly string[] {
  const nodes = [...new Set(lanes.map(nodeOf))]
  return nodes.flatMap((node) => lanes.filter((lane) => nodeOf(lane) === node))
}

const MARKS: Readonly<Record<SequenceStep['kind'], string>> = {
  message: '→',
  reply: '⇠',
  lost: '✗',
  directive: '!',
  death: '†',
  fault: '⚡',
  note: '·',
  violation: '■',
}

/** The sequence as text, a line for each step. */
export function sequenceText(events: readonly TraceEvent[], count: number = 60): string {
  const { steps } = sequenceOf(events)
  return steps
    .slice(-count)
    .map(({ atMs, kind, from, to, what, detail, arrivedMs }) => {
      const time = atMs.toFixed(1).padStart(10)
      const arrived = arrivedMs === undefined ? '' : ` (arrives ${arrivedMs.toFixed(1)})`
      const more = detail === '' ? '' : `  ${detail}`
      const who = from === to ? from : `${from} ${MARKS[kind]} ${to}`
      const mark = from === to ? `${MARKS[kind]} ` : ''
      return `${time}  ${who === '' ? '' : `${who}  `}${mark}${what}${arrived}${more}`
    })
    .join('\n')
}
