import type { Answer, Inquiry } from './decision-log.ts'
import type { Reference } from './decision.ts'
import type { Explanation, NodeAnswer, Unanswered } from './explanation.ts'
import type { Subject } from './subject.ts'

/** How far an explanation goes. */
export interface ExplainOptions {
  /** `host:port` of the node to begin with; this system by default. */
  readonly at?: string | undefined
  /** References that are followed one after the other; 8 by default, 0 asks only the first node. */
  readonly maxHops?: number
  /** Questions in all; 64 by default. */
  readonly maxQuestions?: number
  /** Decisions told of one subject by one node, the newest; 12 by default, 4 times that of the subject itself. */
  readonly limit?: number
  /** Whole accounts of all decisions on the way; otherwise only of those about the subject itself. */
  readonly isFull?: boolean
}

/** How a node is asked: this one directly, another one over its link. */
export interface Asking {
  /** `host:port` of this system, if it listens. */
  readonly here: string | undefined
  ask(at: string | undefined, subject: Subject, inquiry: Inquiry): Promise<AnswerOfNode>
}

/** An answer with the node that gave it. */
export interface AnswerOfNode extends Answer {
  readonly node: string
}

const MAX_HOPS = 8
const MAX_QUESTIONS = 64
const LIMIT = 12

interface Question {
  readonly subject: Subject
  readonly at: string | undefined
  readonly hops: number
}

/**
 * Asks a node about `subject`, then whoever its decisions refer to, and so on, breadth first and each question once.
 * A node that can't be asked is named in the result and not tried again.
 */
export async function follow(
  asking: Asking,
  subject: Subject,
  options: ExplainOptions = {},
): Promise<Explanation> {
  const {
    maxHops = MAX_HOPS,
    maxQuestions = MAX_QUESTIONS,
    limit = LIMIT,
    isFull = false,
  } = options
  const answers: NodeAnswer[] = []
  const unanswered: Unanswered[] = []
  const silent = new Map<string | undefined, string>()
  const known = new Set<string>()
  const open: Question[] = []
  const put = ({ subject: wanted, at: given }: Reference, hops: number): void => {
    const at = given === asking.here ? undefined : given
    const key = `${at ?? ''} ${wanted}`
    if (known.has(key) || hops > maxHops) return
    known.add(key)
    open.push({ subject: wanted, at, hops })
  }
  put({ subject, at: options.at }, 0)
  let asked = 0
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { at, hops } = next
    const reason = asked++ >= maxQuestions ? tooMany(maxQuestions) : silent.get(at)
    if (reason !== undefined) {
      unanswered.push({ subject: next.subject, at, reason })
      continue
    }
    try {
      const isDirect = hops === 0
      const inquiry = { limit: isDirect ? 4 * limit : limit, isDirect, isFull: isDirect || isFull }
      const answer = await asking.ask(at, next.subject, inquiry)
      if (answer.records.length > 0 || answer.now.length > 0) {
        answers.push({ ...answer, subject: next.subject })
      }
      for (const { see = [] } of answer.records) {
        for (const reference of see)
          put({ subject: reference.subject, at: reference.at ?? at }, hops + 1)
      }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      silent.set(at, why)
      unanswered.push({ subject: next.subject, at, reason: why })
    }
  }
  return { subject, answers, unanswered }
}

function tooMany(maxQuestions: number): string {
  return `not asked: ${maxQuestions} questions were enough`
}
