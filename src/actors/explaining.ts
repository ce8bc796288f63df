import type { ActorRef } from './actor-ref.ts'
import { counted, follow, readSubject } from './explain/index.ts'
import type {
  AnswerOfNode,
  ExplainOptions,
  Explanation,
  Inquiry,
  Subject,
} from './explain/index.ts'
import type { SystemCore } from './system-core.ts'
import { describeActor } from './tree.ts'

/** Where the inspector of another node is asked; see `inspector.ts`. */
const INSPECTOR_PATH = '/system/inspector'
const ASK_TIMEOUT_MS = 3_000

/** A message of the inspector's protocol, without its import: that one stands on the system. */
interface ExplainRequest {
  readonly type: 'Explain'
  readonly subject: Subject
  readonly inquiry: Inquiry
  readonly replyTo: ActorRef<AnswerOfNode>
}

/** Follows a subject from this system on. */
export function explainFrom(
  core: SystemCore,
  what: string,
  options?: ExplainOptions,
): Promise<Explanation> {
  return follow(
    {
      here: core.nodes?.here,
      ask: (at, subject, inquiry) =>
        at === undefined
          ? Promise.resolve(answerHere(core, subject, inquiry))
          : askAt(core, at, subject, inquiry),
    },
    readSubject(what),
    options,
  )
}

async function askAt(
  core: SystemCore,
  at: string,
  subject: Subject,
  inquiry: Inquiry,
): Promise<AnswerOfNode> {
  const { nodes } = core
  if (nodes === undefined) return { node: at, now: [notANode(core, at)], records: [], omitted: 0 }
  const inspector = await nodes.resolve<ExplainRequest>(at, INSPECTOR_PATH)
  return inspector.ask<AnswerOfNode>(
    (replyTo) => ({ type: 'Explain', subject, inquiry, replyTo }),
    {
      timeoutMs: ASK_TIMEOUT_MS,
    },
  )
}

function notANode({ name }: SystemCore, at: string): string {
  return `more is known at ${at}, which ${name} can't ask: it is no node`
}

/** What this system alone knows of a subject. */
export function answerHere(core: SystemCore, subject: Subject, inquiry: Inquiry): AnswerOfNode {
  const { now, ...answer } = core.decisions.answer(subject, inquiry)
  const ofActor = inquiry.isDirect ? actorNow(core, subject) : []
  return { ...answer, now: [...ofActor, ...now], node: nodeLabel(core) }
}

/** `name@host:port`, or the bare name of a system that does not listen. */
export function nodeLabel(core: SystemCore): string {
  const here = core.nodes?.here
  return here === undefined ? core.name : `${core.name}@${here}`
}

function actorNow(core: SystemCore, subject: Subject): readonly string[] {
  const [kind, path, system] = subject.split(' ')
  if (kind !== 'actor' || path === undefined) return []
  if (system !== undefined && system !== core.name) return []
  const row = describeActor(core, path)
  if (row === undefined) return []
  const { status, mailboxDepth, restarts, strategy } = row
  return [
    `${row.path} is ${status}, with ${counted(mailboxDepth, 'message')} waiting and ${counted(restarts, 'restart')}; it supervises by: ${strategy}.`,
  ]
}
