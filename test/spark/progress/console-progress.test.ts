import test from 'ava'

import {
  memoryEnvironment,
  type StatusLine,
  type MemoryWorld,
} from '../../../src/platform/index.ts'
import { SparkStatusTracker, type SparkListenerEvent } from '../../../src/spark/index.ts'
import { ConsoleProgress } from '../../../src/spark/progress/index.ts'

/** A terminal of 40 columns that keeps what was shown. */
class Terminal implements StatusLine {
  readonly columns = 40
  readonly seen: string[] = []
  isShown = false
  isBegun = false

  show(text: string): boolean {
    if (this.isBegun) return false
    this.seen.push(text)
    this.isShown = true
    return true
  }

  clear(): void {
    if (this.isShown) this.seen.push('')
    this.isShown = false
  }

  close(): void {
    this.clear()
    this.seen.push('closed')
  }
}

interface Setup {
  readonly world: MemoryWorld
  readonly terminal: Terminal
  readonly tell: (event: SparkListenerEvent) => void
  readonly close: () => void
}

function setUp(): Setup {
  const world = memoryEnvironment()
  const { clock } = world.environment()
  const tracker = new SparkStatusTracker()
  const terminal = new Terminal()
  const progress = new ConsoleProgress({ tracker, clock, line: terminal, updateMs: 200 })
  return {
    world,
    terminal,
    tell: (event) => {
      tracker.listener(event)
      progress.listener(event)
    },
    close: () => {
      progress.close()
    },
  }
}

const stage = (
  type: 'SparkListenerStageSubmitted' | 'SparkListenerStageCompleted',
  now: number,
) => ({
  type,
  stageInfo: {
    stageId: 0,
    attemptNumber: 0,
    name: 'map',
    numTasks: 4,
    rddInfos: [],
    parentIds: [],
    submissionTime: now,
    accumulables: [],
  },
  properties: {},
})

const taskStart = (index: number, now: number): SparkListenerEvent => ({
  type: 'SparkListenerTaskStart',
  stageId: 0,
  stageAttemptId: 0,
  taskInfo: {
    taskId: index,
    index,
    attemptNumber: 0,
    partitionId: index,
    launchTime: now,
    executorId: '1',
    host: 'here',
    taskLocality: 'ANY',
    speculative: false,
    gettingResultTime: 0,
    finishTime: 0,
    failed: false,
    killed: false,
    accumulables: [],
  },
})

test('a stage is shown after half a second, and its line is empty again when it ends', async (t) => {
  const { world, terminal, tell, close } = setUp()
  tell(stage('SparkListenerStageSubmitted', world.clock.wallNow()))
  tell(taskStart(0, world.clock.wallNow()))
  await world.advance(500)
  t.deepEqual(terminal.seen, [])
  await world.advance(500)
  t.deepEqual(terminal.seen, ['[Stage 0:>                  (0 + 1) / 4]'])
  tell(stage('SparkListenerStageCompleted', world.clock.wallNow()))
  t.deepEqual(terminal.seen.slice(1), [''])
  await world.advance(5000)
  close()
  t.deepEqual(terminal.seen.slice(2), ['closed'])
})

test('a short stage is not shown', async (t) => {
  const { world, terminal, tell } = setUp()
  tell(stage('SparkListenerStageSubmitted', world.clock.wallNow()))
  await world.advance(450)
  tell(stage('SparkListenerStageCompleted', world.clock.wallNow()))
  await world.advance(5000)
  t.deepEqual(terminal.seen, [])
})

test('what others wrote in its place is shown again, also when nothing has changed; not into their line', async (t) => {
  const { world, terminal, tell } = setUp()
  tell(stage('SparkListenerStageSubmitted', world.clock.wallNow()))
  await world.advance(2000)
  t.is(terminal.seen.length, 1)
  terminal.isShown = false
  terminal.isBegun = true
  await world.advance(1000)
  t.is(terminal.seen.length, 1)
  terminal.isBegun = false
  await world.advance(1000)
  t.is(terminal.seen.length, 2)
})

test('a line that stands still is written again every minute', async (t) => {
  const { world, terminal, tell } = setUp()
  tell(stage('SparkListenerStageSubmitted', world.clock.wallNow()))
  await world.advance(1000)
  t.is(terminal.seen.length, 1)
  await world.advance(58_000)
  t.is(terminal.seen.length, 1)
  await world.advance(3000)
  t.is(terminal.seen.length, 2)
})
