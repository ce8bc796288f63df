import test from 'ava'

import type { ActorRef } from '../../../src/actors/index.ts'
import type { TaskReport } from '../../../src/spark/executor/index.ts'
import { WaitingResults } from '../../../src/spark/executor/waiting-results.ts'
import { TakenResult } from '../../../src/spark/scheduler/task-set/taken-result.ts'
import type { TaskResult } from '../../../src/spark/task/index.ts'

const MEBIBYTE = 2 ** 20

/** Parts of these sizes, no two of whose bytes are alike in a row. */
function partsOf(sizesBytes: readonly number[]): Uint8Array[] {
  return sizesBytes.map((size, i) =>
    Uint8Array.from({ length: size }, (_, at) => (at * 7 + i) % 251),
  )
}

function resultOf(parts: readonly Uint8Array[]): TaskResult {
  return {
    outcome: { type: 'result', parts },
    metrics: {},
    accumulators: new Uint8Array(0),
  } as unknown as TaskResult
}

test('a result of several parts passes in pieces of a message each, and comes in its parts', (t) => {
  const parts = partsOf([5 * MEBIBYTE, 1, 4 * MEBIBYTE, 300])
  const reports: TaskReport[] = []
  const replyTo = { tell: (report: TaskReport) => void reports.push(report) }
  const waiting = new WaitingResults()
  t.true(waiting.keep(resultOf(parts), 7, MEBIBYTE, replyTo as unknown as ActorRef<TaskReport>))
  const ready = reports.shift()
  t.like(ready, { type: 'result-ready', taskAttemptId: 7 })
  if (ready?.type !== 'result-ready') return
  const taken = new TakenResult(ready.sizesBytes)
  t.is(taken.sizeBytes, 9 * MEBIBYTE + 301)
  for (let pieces = 1; ; pieces += 1) {
    // Each is asked for twice, as when an answer is late.
    const read = { type: 'read-result', taskAttemptId: 7, offset: taken.bytes } as const
    const isOver = waiting.read(read)
    if (!isOver) waiting.read(read)
    const [report, again] = reports.splice(0)
    if (isOver) {
      t.is(pieces, 6)
      if (report?.type !== 'task-succeeded') return t.fail()
      const { outcome } = taken.wholeOf(report.result)
      if (outcome.type !== 'result') return t.fail()
      t.true(outcome.parts.every((part, i) => Buffer.compare(part, parts[i] as Uint8Array) === 0))
      t.is(outcome.parts.length, parts.length)
      return
    }
    if (report?.type !== 'result-part' || again?.type !== 'result-part') return t.fail()
    t.true(report.bytes.length <= 4 * MEBIBYTE)
    t.true(taken.take(report.offset, report.bytes))
    t.false(taken.take(again.offset, again.bytes))
  }
})
