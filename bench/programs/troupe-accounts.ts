/**
 * What the ledger's types and samples and the rings of decisions cost on the local send path: the same sends in
 * systems that keep them and systems that don't, in turns, as ratios of the pairs; and what full rings hold on to.
 */
import { ActorSystem, receive, unhandled } from '../../src/actors/index.ts'
import type { ActorRef, ActorSystemOptions } from '../../src/actors/index.ts'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { oneForOne } from '../../src/supervision/index.ts'
import { median } from '../statistics.ts'
import { emit, gate, heapBytes, scaled, wanted } from './harness.ts'

const RUNTIME = 'troupe'
const PAIRS = 31
const BURST = 1_000
/** In the mixed workload one message in so many is unhandled, and one in ten times so many fails. */
const UNHANDLED_ONE_IN = 1_000

interface Numbered {
  readonly type: 'Numbered'
  readonly n: number
}

interface Acknowledge {
  readonly type: 'Acknowledge'
  readonly replyTo: ActorRef<number>
}

const without: ActorSystemOptions = {
  explain: { perPoint: 0 },
  ledger: { maxTypes: 0, samples: 0 },
}

/** Sends in bursts of 1,000, each answered before the next; some of them unhandled or failing if `isMixed`. */
async function sends(n: number, options: ActorSystemOptions, isMixed: boolean): Promise<void> {
  const system = ActorSystem.create('bench', {
    environment: nodeEnvironment(),
    supervision: oneForOne({ maxRestarts: 2 ** 16, periodMs: 1 }),
    ...options,
  })
  const { opened, open } = gate()
  const every = isMixed ? UNHANDLED_ONE_IN : Number.POSITIVE_INFINITY
  const sink = system.spawn<Numbered | Acknowledge>(
    receive((message) => {
      if (message.type === 'Acknowledge') {
        message.replyTo.tell(1)
        return undefined
      }
      if (message.n % every !== 1) return undefined
      if (message.n % (10 * every) === 1) throw new TypeError('one of a few')
      return unhandled
    }),
  )
  let i = 0
  const producer = system.spawn<number>(
    receive((_m, ctx) => {
      for (let k = 0; k < BURST && i < n; k++, i++) sink.tell({ type: 'Numbered', n: i })
      if (i < n) sink.tell({ type: 'Acknowledge', replyTo: ctx.self })
      else open()
    }),
  )
  producer.tell(1)
  await opened
  await system.terminate()
}

/** CPU time of the process, in µs: that of other programs on the machine is no matter to a ratio of few per cent. */
async function cpuTime(n: number, options: ActorSystemOptions, isMixed: boolean): Promise<number> {
  globalThis.gc?.()
  const before = process.cpuUsage()
  await sends(n, options, isMixed)
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** Time with over time without, of pairs in turns; prints the median and the ends of its 95 % interval. */
async function pairs(row: string, isMixed: boolean): Promise<void> {
  const n = scaled(3_000_000)
  const run = (options: ActorSystemOptions): Promise<number> => cpuTime(n, options, isMixed)
  for (let warm = 0; warm < 2; warm++) {
    await run({})
    await run(without)
  }
  const ratios: number[] = []
  for (let pair = 0; pair < PAIRS; pair++) {
    const isFirst = pair % 2 === 0
    const first = await run(isFirst ? {} : without)
    const second = await run(isFirst ? without : {})
    ratios.push(isFirst ? first / second : second / first)
  }
  const [low, high] = intervalOf(ratios)
  emit({ runtime: RUNTIME, row, value: median(ratios) })
  emit({ runtime: RUNTIME, row: `${row}-low`, value: low })
  emit({ runtime: RUNTIME, row: `${row}-high`, value: high })
}

/** The 95 % interval of a median, by ranks: it supposes nothing about how the values are spread. */
function intervalOf(values: readonly number[]): readonly [number, number] {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = Math.max(0, Math.floor((sorted.length - 1.96 * Math.sqrt(sorted.length)) / 2))
  return [sorted[rank] ?? Number.NaN, sorted[sorted.length - 1 - rank] ?? Number.NaN]
}

/** Bytes of heap that full rings hold: 10 points of 256 decisions as a cluster notes them. */
async function rings(): Promise<void> {
  const fill = (options: ActorSystemOptions): ActorSystem => {
    const system = ActorSystem.create('rings', { environment: nodeEnvironment(), ...options })
    for (let point = 0; point < 10; point++) {
      for (let n = 0; n < 1_000; n++) {
        system.decisions.note(
          { name: `point ${String(point)}`, title: 'Launches', rank: point },
          {
            asked: `What is launched out of offer 5a270551f64a03c3-O${String(n)}, accepted for 1 task?`,
            chosen: `task ${String(n)} on agent 5a270551f64a03c3-S${String(n % 7)}`,
            because: 'it fits into them',
            considered: 3,
            rejected: { 'kept off by a filter of their own': 2 },
            samples: [
              { candidate: `framework ${String(n)}`, reason: 'kept off by a filter of their own' },
            ],
            about: [`offer 5a270551f64a03c3-O${String(n)}`, `task ${String(n)} 5a270551f64a03c3`],
            see: [{ subject: `agent 5a270551f64a03c3-S${String(n % 7)}`, at: '127.0.0.1:5051' }],
          },
        )
      }
    }
    return system
  }
  const open: ActorSystem[] = [fill({})]
  const before = await heapBytes()
  open.push(fill({}))
  const after = await heapBytes()
  open.push(fill(without))
  const empty = (await heapBytes()) - after
  emit({ runtime: RUNTIME, row: 'rings', value: after - before - empty })
  for (const system of open) await system.terminate()
}

if (wanted('accounts')) await pairs('accounts', false)
if (wanted('accounts-mixed')) await pairs('accounts-mixed', true)
if (wanted('rings')) await rings()
