import test from 'ava'
import { memoryEnvironment } from '../../src/actors/testkit/index.ts'
import { Chronicle } from '../../src/cli/demo/chronicle.ts'
import { Interruption } from '../../src/cli/demo/interruption.ts'
import { formatChronicle } from '../../src/cli/demo/report.ts'
import type { SparkEvent } from '../../src/spark/index.ts'

const metrics = { shuffleWriteBytes: 10 } as Extract<SparkEvent, { type: 'task-end' }>['metrics']

/** A chronicle that is told of stages and of tasks that end well, and the labels of its progress. */
class Rig {
  readonly labels: string[] = []
  readonly chronicle: Chronicle = new Chronicle({
    start: (label) => {
      this.labels.push(label.trim())
      return { update: () => undefined, finish: () => undefined }
    },
  })

  stage(jobId: number, stageId: number, shuffleId?: number, stageAttempt = 0): this {
    const info = { jobId, stageId, stageAttempt, name: 'n', numTasks: 2, reason: 'r' }
    const kind = shuffleId === undefined ? 'result' : 'shuffle-map'
    const written = shuffleId === undefined ? {} : { shuffleId }
    this.chronicle.listener({ type: 'stage-submitted', ...info, kind, ...written })
    return this
  }

  done(stageId: number, ...partitions: readonly number[]): this {
    for (const partition of partitions) {
      const info = { stageId, stageAttempt: 0, partition, attempt: 0, executorId: 'a' }
      this.chronicle.listener({ type: 'task-end', ...info, metrics, runMs: 1 })
    }
    return this
  }

  computedAgain(): readonly string[] {
    const lines = formatChronicle(this.chronicle, undefined)
    return lines.slice(lines.indexOf('What was computed again') + 1)
  }
}

test('an output that is computed again in the next job, by a stage with another id, is told as computed again', (t) => {
  const rig = new Rig().stage(0, 0, 7).done(0, 0, 1).stage(0, 1).done(1, 0, 1)
  t.deepEqual(rig.computedAgain(), ['  nothing'])
  rig.stage(1, 2, 7).done(2, 1).stage(1, 3).done(3, 0, 1)
  t.deepEqual(rig.computedAgain(), ['  map stage 0: partition 1'])
})

test('stages of different shuffles, and results of different jobs, are no repetition of each other', (t) => {
  const rig = new Rig().stage(0, 0, 0).done(0, 0).stage(0, 1, 1).done(1, 0).stage(0, 2).done(2, 0)
  rig.stage(1, 3).done(3, 0)
  t.deepEqual(rig.computedAgain(), ['  nothing'])
})

test('a stage has one name, while it runs and in the report', (t) => {
  const rig = new Rig().stage(0, 0, 0).done(0, 0).stage(0, 1).done(1, 0).stage(0, 1, undefined, 1)
  rig.done(1, 0)
  t.deepEqual(rig.labels, ['job 0: map', 'job 0: result', 'job 0: result again'])
  t.deepEqual(rig.computedAgain(), ['  result stage 1: partition 0'])
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} interrupts the demonstration`, async (t) => {
    const heard = new Map<string, () => void>()
    const environment = memoryEnvironment({ seed: 1 }).environment('demo')
    const processes = {
      ...environment.processes,
      onSignal: (name: string, listener: () => void) => {
        heard.set(name, listener)
        return () => heard.delete(name)
      },
    }
    const interruption = new Interruption({ ...environment, processes })
    heard.get(signal)?.()
    t.is(await interruption.happened, 'interrupted')
    t.is(heard.size, 0, 'a second one ends the process')
  })
}
