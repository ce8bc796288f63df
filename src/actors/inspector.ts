import type { ActorRef } from './actor-ref.ts'
import type { ActorSystem } from './actor-system.ts'
import { receive } from './behaviors.ts'
import type { LedgerReport } from './accounting/index.ts'
import type { AnswerOfNode, Inquiry, Subject } from './explain/index.ts'
import { answerHere, nodeLabel } from './explaining.ts'
import type { LedgerSnapshot } from './ledger.ts'
import { aFlag, aNumber, aRef, aText, accepting, protocol, record } from './shapes/index.ts'
import type { ActorDescription } from './tree.ts'

/** Where a system's inspector lives. */
export const INSPECTOR_PATH = '/system/inspector'

/** What the inspector answers; `troupe tree` asks it over the network. */
export type InspectorRequest =
  | {
      readonly type: 'GetTree'
      /** Actors to describe at most; 1 … 10,000. */
      readonly limit: number
      readonly replyTo: ActorRef<TreeReply>
    }
  | { readonly type: 'GetLedger'; readonly replyTo: ActorRef<LedgerReply> }
  /** The ledger with types, samples and links. */
  | { readonly type: 'GetLedgerReport'; readonly replyTo: ActorRef<LedgerReportReply> }
  | {
      readonly type: 'Explain'
      readonly subject: Subject
      /** `limit` is 1 … 1,000. */
      readonly inquiry: Inquiry
      readonly replyTo: ActorRef<ExplainReply>
    }
  /** Asks for the newest decisions, whatever they are about. */
  | {
      readonly type: 'GetDecisions'
      /** 1 … 1,000. */
      readonly limit: number
      readonly replyTo: ActorRef<ExplainReply>
    }

export interface TreeReply {
  readonly type: 'Tree'
  readonly system: string
  /** When the tree was looked at, on the system's monotonic clock. */
  readonly atMs: number
  readonly rows: readonly ActorDescription[]
  /** Actors beyond the limit. */
  readonly omitted: number
}

export interface LedgerReply {
  readonly type: 'Ledger'
  readonly system: string
  readonly ledger: LedgerSnapshot
}

export interface LedgerReportReply extends LedgerReport {
  readonly type: 'LedgerReport'
}

/** What this node alone can say. */
export interface ExplainReply extends AnswerOfNode {
  readonly type: 'Explained'
}

const MAX_ROWS = 10_000
const MAX_DECISIONS = 1_000

/** What may be asked over the network. */
const requests = protocol<InspectorRequest>({
  GetTree: { limit: aNumber, replyTo: aRef },
  GetLedger: { replyTo: aRef },
  GetLedgerReport: { replyTo: aRef },
  Explain: {
    subject: aText,
    inquiry: record({ limit: aNumber, isDirect: aFlag, isFull: aFlag }),
    replyTo: aRef,
  },
  GetDecisions: { limit: aNumber, replyTo: aRef },
})

/** Starts the actor that lets `troupe tree` and `troupe explain` look into a running system; once is enough. */
export function startInspector(system: ActorSystem): ActorRef<InspectorRequest> {
  const known = system.find(INSPECTOR_PATH)
  if (known !== undefined) return known as ActorRef<InspectorRequest>
  const behavior = accepting<InspectorRequest>(
    requests,
    receive(async (message) => {
      // Between turns the ledger is exact: this very message is in flight then.
      await Promise.resolve()
      switch (message.type) {
        case 'GetTree': {
          const rows = system.tree()
          const shown = rows.slice(0, Math.min(Math.max(1, message.limit), MAX_ROWS))
          message.replyTo.tell({
            type: 'Tree',
            system: system.name,
            atMs: system.environment.clock.now(),
            rows: shown,
            omitted: rows.length - shown.length,
          })
          return
        }
        case 'GetLedger':
          message.replyTo.tell({ type: 'Ledger', system: system.name, ledger: system.ledger() })
          return
        case 'GetLedgerReport':
          message.replyTo.tell({ type: 'LedgerReport', ...system.ledgerReport() })
          return
        case 'Explain': {
          const { subject, inquiry } = message
          const limit = bounded(inquiry.limit)
          const answer = answerHere(system.core, subject, { ...inquiry, limit })
          message.replyTo.tell({ type: 'Explained', ...answer })
          return
        }
        case 'GetDecisions': {
          const records = system.decisions.newest(bounded(message.limit))
          const node = nodeLabel(system.core)
          message.replyTo.tell({ type: 'Explained', node, now: [], records, omitted: 0 })
        }
      }
    }),
  )
  return system.spawnService(behavior, 'inspector', { label: 'inspector' })
}

function bounded(limit: number): number {
  return Math.min(Math.max(1, Math.floor(limit)), MAX_DECISIONS)
}
