import test from 'ava'

import { ActorSystem, receive, type ActorRef } from '../../../src/actors/index.ts'
import {
  equalResults,
  sequencePage,
  sequenceText,
  shrinkFaults,
  simulate,
  type PlannedFault,
  type Scenario,
  type SimulationResult,
} from '../../../src/actors/testkit/index.ts'
import { journal, type Defect } from './journal.ts'

/** The first seed of a hundred that fails. */
async function firstFailure(scenario: Scenario<number[]>): Promise<SimulationResult> {
  for (let seed = 1; seed < 100; seed += 1) {
    const result = await simulate(seed, scenario)
    if (result.verdict === 'violated') return result
  }
  return simulate(100, scenario)
}

async function traceOf(seed: number, defect: Defect = 'none'): Promise<string[]> {
  const lines: string[] = []
  await simulate(seed, journal(defect), { onLine: (line) => lines.push(line) })
  return lines
}

test('the same seed gives the same trace, line by line', async (t) => {
  const first = await traceOf(7)
  t.true(first.length > 100)
  t.deepEqual(first, await traceOf(7))
})

test('another seed gives another trace', async (t) => {
  const [one, two] = [await simulate(1, journal('none')), await simulate(2, journal('none'))]
  t.not(one.traceHash, two.traceHash)
})

test('a trace and its faults are the same when the faults are given as data', async (t) => {
  const drawn = await simulate(11, journal('none'))
  const faults = JSON.parse(JSON.stringify(drawn.faults)) as PlannedFault[]
  const given = await simulate(11, journal('none'), { faults })
  t.is(given.traceHash, drawn.traceHash)
  t.deepEqual(given.injected, drawn.injected)
})

test('a sound store holds under whatever goes wrong', async (t) => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const { violations, commandLine } = await simulate(seed, journal('none'))
    t.deepEqual(violations, [], commandLine)
  }
})

test('a store that acknowledges before its disk has synced is found, and the crash that shows it', async (t) => {
  const scenario = journal('acknowledges early')
  const failing = await firstFailure(scenario)
  t.is(failing.violations[0]?.invariant, 'the result is that of the undisturbed run')
  const { faults, result } = await shrinkFaults(failing, scenario)
  t.is(result.violations[0]?.invariant, failing.violations[0]?.invariant)
  t.deepEqual(
    faults.map(({ fault }) => fault.type),
    ['crash-node'],
  )
  const again = await simulate(failing.seed, scenario, { faults })
  t.is(again.traceHash, result.traceHash)
})

test('the last moments of a failing seed are told as text and as one page', async (t) => {
  const failing = await firstFailure(journal('acknowledges early'))
  const text = sequenceText(failing.lastMoments, 400)
  t.regex(text, /writer:writer\/\(between turns\) → store:store\/user\/store {2}Put/)
  t.regex(text, /⚡ cut the power of store/)
  const page = sequencePage({
    title: 'journal <seed>',
    lead: [],
    commandLine: failing.commandLine,
    violations: failing.violations,
    faults: [],
    injected: failing.injected,
    facts: {},
    events: failing.lastMoments,
  })
  t.regex(page, /<svg/)
  t.regex(page, /journal &lt;seed&gt;/)
  t.notRegex(page, /(?:src|href)=|https?:/)
})

test('an entry that is taken twice makes another result than the undisturbed one', async (t) => {
  const { violations } = await firstFailure(journal('takes twice'))
  t.is(violations[0]?.invariant, 'the result is that of the undisturbed run')
})

test('a system that nobody stops is a leak', async (t) => {
  const { violations } = await simulate(1, journal('leaves a node running'), { faults: [] })
  t.is(violations[0]?.invariant, 'nothing is left over')
  t.regex(violations[0]?.what ?? '', /idler on idler still runs/)
})

test('a scenario that fails by itself is refused: nothing can be learnt from it', async (t) => {
  await t.throwsAsync(simulate(1, journal('forgets to answer')), {
    code: 'TROUPE_SIMULATION_TWIN',
  })
})

test('a seed that is no whole number is refused', (t) => {
  for (const seed of [-1, 0.5, Number.NaN]) {
    t.throws(() => void simulate(seed, journal('none')), { code: 'TROUPE_SIMULATION_SEED' })
  }
})

/** Two senders and one receiver in one system: what the receiver gets, in its order. */
function senders(heard: string[]): Scenario<string[]> {
  return {
    name: 'senders',
    description: 'two senders to one receiver',
    limitMs: 1_000,
    faults: { kinds: [], atMost: 0, atLeast: 0, withinMs: [0, 0] },
    start: (stage) => {
      const system = ActorSystem.create('one', { environment: stage.environment('one') })
      const own: string[] = []
      return {
        run: async () => {
          const receiver = system.spawn(receive<string>((word) => void own.push(word)))
          const sender = (name: string): ActorRef<number> =>
            system.spawn(
              receive<number>((count, ctx) => {
                receiver.tell(`${name}${count}`)
                if (count < 9) ctx.self.tell(count + 1)
              }),
            )
          for (const name of ['a', 'b']) sender(name).tell(0)
          await stage.when(() => own.length === 20)
          if (!stage.isTwin) heard.push(...own)
          return own
        },
        stop: async () => void (await system.terminate()),
      }
    },
  }
}

test('the seed decides who goes next, and each sender keeps its order', async (t) => {
  const orders = new Set<string>()
  for (let seed = 1; seed <= 8; seed += 1) {
    const heard: string[] = []
    t.deepEqual((await simulate(seed, senders(heard))).violations, [])
    orders.add(heard.join())
    for (const name of ['a', 'b']) {
      const own = heard.filter((word) => word.startsWith(name))
      t.deepEqual(
        own,
        Array.from({ length: 10 }, (_, n) => `${name}${n}`),
      )
    }
  }
  t.true(orders.size >= 6, `${orders.size} orders`)
})

test('an invariant of the scenario that breaks on the way ends the run, and names itself', async (t) => {
  const scenario: Scenario<void> = {
    name: 'broken',
    description: 'breaks after a second',
    limitMs: 100_000,
    faults: { kinds: [], atMost: 0, atLeast: 0, withinMs: [0, 0] },
    start: (stage) => {
      stage.always('time is short', () =>
        stage.world.clock.now() > 1_000 ? 'a second has passed' : undefined,
      )
      return {
        run: () => (stage.isTwin ? Promise.resolve() : stage.pause(50_000)),
        stop: async () => {},
      }
    },
  }
  const { violations, stats } = await simulate(1, scenario)
  t.deepEqual(
    violations.map(({ invariant }) => invariant),
    ['time is short'],
  )
  t.true(stats.virtualMs < 2_000)
})

test('what must always hold is looked at before every turn, however short the moment', async (t) => {
  const scenario: Scenario<void> = {
    name: 'moment',
    description: 'is wrong for a millisecond',
    limitMs: 10_000,
    faults: { kinds: [], atMost: 0, withinMs: [0, 0] },
    start: (stage) => {
      let isWrong = false
      stage.always('it is right', () => (isWrong ? 'it is wrong' : undefined))
      return {
        run: async () => {
          await stage.pause(333)
          isWrong = !stage.isTwin
          await stage.pause(1)
          isWrong = false
        },
        stop: async () => {},
      }
    },
  }
  const { violations } = await simulate(1, scenario)
  t.deepEqual(
    violations.map(({ invariant, atMs }) => [invariant, atMs]),
    [['it is right', 333]],
  )
})

test('a scenario whose bounds would draw no faults, or others than it means, is refused', (t) => {
  const freeze = { type: 'freeze', node: 'a', forMs: [1, 5] }
  const refused = (fields: object, kind: object = freeze): string | undefined => {
    const faults = { kinds: [kind], atMost: 1, withinMs: [0, 10], ...fields }
    const scenario = { ...journal('none'), faults } as unknown as Scenario
    return t.throws(() => void simulate(1, scenario), { code: 'TROUPE_SIMULATION_SCENARIO' })
      ?.message
  }
  t.regex(refused({ atMost: undefined }) ?? '', /faults\.atMost is undefined/)
  t.regex(refused({ atLeast: 2 }) ?? '', /faults\.atLeast is 2/)
  t.regex(refused({ withinMs: [10, 0] }) ?? '', /faults\.withinMs is \[10,0\]/)
  t.regex(refused({ within: [10, 0] }) ?? '', /faults\.within /)
  t.regex(refused({}, { ...freeze, type: 'frieze' }) ?? '', /kinds\[0\]\.type is "frieze"/)
  t.regex(refused({}, { ...freeze, forMs: 5 }) ?? '', /kinds\[0\]\.forMs is 5/)
  t.regex(refused({}, { ...freeze, forMS: [1, 2] }) ?? '', /kinds\[0\]\.forMS/)
  t.regex(refused({}, { type: 'freeze', forMs: [1, 2] }) ?? '', /kinds\[0\]\.node/)
  const odd = { type: 'exactly', fault: { type: 'drop', actor: 'no path' } }
  t.regex(refused({}, odd) ?? '', /kinds\[0\] is "exactly".*actor/)
})

test('results are compared as multisets, and numbers by what they mean', (t) => {
  t.true(equalResults([1, 2, 3], [3, 1, 2]))
  t.true(equalResults([['a', 0.1 + 0.2]], [['a', 0.3]]))
  t.true(equalResults(new Map([['x', [2, 1]]]), new Map([['x', [1, 2]]])))
  t.false(equalResults([1, 1, 2], [1, 2, 2]))
  t.false(equalResults({ a: 1 }, { a: 1, b: undefined }))
  t.false(equalResults([1.000001], [1]))
})
