import test from 'ava'
import fc from 'fast-check'

import type { ListenerStageInfo, ListenerTaskInfo } from '../../../src/spark/index.ts'
import { CommitBook } from '../../../src/spark/scheduler/index.ts'

const stageInfo: ListenerStageInfo = {
  stageId: 1,
  attemptNumber: 0,
  name: 'save',
  numTasks: 2,
  rddInfos: [],
  parentIds: [],
  accumulables: [],
}

class Table {
  readonly book = new CommitBook()

  constructor() {
    const properties = {}
    const job = { jobId: 0, time: 0, stageInfos: [stageInfo], properties }
    this.book.listener({ type: 'SparkListenerJobStart', ...job })
    this.book.listener({ type: 'SparkListenerStageSubmitted', stageInfo, properties })
  }

  may(taskAttemptId: number, partition = 0): boolean {
    return this.book.answer({ stageId: 1, partition, taskAttemptId }).isAllowed
  }

  end(taskId: number, isSuccess: boolean, partitionId = 0): void {
    this.book.listener({
      type: 'SparkListenerTaskEnd',
      stageId: 1,
      stageAttemptId: 0,
      taskType: 'ResultTask',
      reason: isSuccess ? { reason: 'Success' } : { reason: 'TaskKilled', killReason: 'slow' },
      taskInfo: { taskId, partitionId } as ListenerTaskInfo,
    })
  }
}

test('the first try that asks may commit, asked again it still may, others may not', (t) => {
  const table = new Table()
  t.deepEqual(
    [table.may(5), table.may(6), table.may(5), table.may(7, 1)],
    [true, false, true, true],
  )
})

test('when the try that may fails, the next that asks may; a try that has failed may not', (t) => {
  const table = new Table()
  table.may(5)
  table.end(5, false)
  t.deepEqual([table.may(5), table.may(6), table.may(7)], [false, true, false])
  table.end(6, true)
  t.false(table.may(7))
})

test('nobody may commit when the stage, or its job, is over; a failed attempt is not the end of a stage', (t) => {
  const table = new Table()
  table.book.listener({
    type: 'SparkListenerStageCompleted',
    stageInfo: { ...stageInfo, failureReason: 'its input is gone' },
  })
  t.true(table.may(5))
  table.book.listener({ type: 'SparkListenerStageCompleted', stageInfo })
  t.false(table.may(5))
  const other = new Table()
  const jobResult = { result: 'JobFailed' } as const
  other.book.listener({ type: 'SparkListenerJobEnd', jobId: 0, time: 0, jobResult })
  t.false(other.may(1))
})

test('whatever is asked and fails, no two tries that have not failed may commit a partition', (t) => {
  const step = fc.record({ id: fc.integer({ min: 0, max: 5 }), fails: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const table = new Table()
      const holders = new Set<number>()
      for (const { id, fails } of steps) {
        if (fails) {
          table.end(id, false)
          holders.delete(id)
        } else if (table.may(id)) holders.add(id)
        t.true(holders.size <= 1)
      }
    }),
  )
  t.pass()
})
