import test from 'ava'
import fc from 'fast-check'

import {
  DecisionLog,
  type DecisionNote,
  type DecisionPoint,
  type Inquiry,
} from '../../../src/actors/index.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'

const clock = memoryEnvironment({ seed: 1 }).environment().clock

const pointOf = (name: string): DecisionPoint => ({ name, title: name, rank: 1 })
const direct = (limit: number): Inquiry => ({ limit, isDirect: true, isFull: true })
const noteOf = (about: string, asked = '?'): DecisionNote => ({
  asked,
  chosen: 'it',
  about: [about],
})

test('whatever is noted, rings, points and words stay within their bounds', (t) => {
  const limits = { perPoint: 8, recomputable: 3, points: 5 }
  const aNote = fc.record({
    point: fc.integer({ min: 0, max: 40 }).map((n) => `p${n}`),
    asked: fc.string({ maxLength: 2_000 }),
    key: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }),
    about: fc.array(fc.string(), { maxLength: 40 }),
    rejected: fc.dictionary(fc.string(), fc.nat(), { maxKeys: 40 }),
    samples: fc.array(fc.record({ candidate: fc.string(), reason: fc.string() }), {
      maxLength: 40,
    }),
  })
  fc.assert(
    fc.property(fc.array(aNote, { maxLength: 200 }), (notes) => {
      const log = new DecisionLog(clock, limits)
      for (const { point, asked, key, about, rejected, samples } of notes) {
        const recompute = (): readonly string[] => ['again']
        const note = { asked, chosen: 'x', about: ['x 1', ...about], rejected, samples, recompute }
        log.note(pointOf(point), note, key)
      }
      const usage = log.usage()
      const { records } = log.answer('x 1', direct(10_000))
      return (
        usage.length <= 5 &&
        usage.every(({ kept }) => kept <= 8) &&
        records.reduce((sum, { times }) => sum + times, 0) <= notes.length &&
        records.filter(({ full }) => full.length > 0).length <= 3 * 5 &&
        records.every(
          (one) =>
            one.asked.length <= 400 &&
            one.about.length <= 16 &&
            (one.samples?.length ?? 0) <= 16 &&
            Object.keys(one.rejected ?? {}).length <= 16,
        )
      )
    }),
  )
  t.pass()
})

test('an answer has the newest decisions about a subject, of any scope unless one is named', (t) => {
  const log = new DecisionLog(clock)
  log.note(pointOf('a'), noteOf('job 0 app-1', 'first?'))
  log.note(pointOf('b'), noteOf('job 0 app-2', 'second?'))
  log.note(pointOf('a'), noteOf('job 01', 'another?'))
  const asked = (subject: string, limit = 10): readonly string[] =>
    log.answer(subject, direct(limit)).records.map((record) => record.asked)
  t.deepEqual(asked('job 0'), ['first?', 'second?'])
  t.deepEqual(asked('job 0 app-2'), ['second?'])
  t.deepEqual(asked('job 0', 1), ['second?'])
  t.is(log.answer('job 0', direct(1)).omitted, 1)
  t.deepEqual(asked('job'), ['first?', 'second?', 'another?'])
})

test('decisions alike in a row are one, with their number and the time of the last', (t) => {
  const log = new DecisionLog(clock)
  for (let n = 0; n < 5; n++) log.note(pointOf('a'), noteOf('x 1'), 'idle')
  log.note(pointOf('a'), noteOf('x 1'))
  log.note(pointOf('a'), noteOf('x 1'), 'idle')
  t.deepEqual(
    log.answer('x 1', direct(10)).records.map(({ times }) => times),
    [5, 1, 1],
  )
})

test('the whole account is there for the newest decisions only, and a broken one harms nobody', (t) => {
  const log = new DecisionLog(clock, { recomputable: 2 })
  for (let n = 0; n < 4; n++) {
    log.note(pointOf('a'), {
      ...noteOf('x 1'),
      recompute: () => {
        if (n === 3) throw new TypeError('gone')
        return Array.from({ length: 250 }, (_, i) => `${n}.${i}`)
      },
    })
  }
  const full = log.answer('x 1', direct(10)).records.map((record) => record.full)
  t.deepEqual(full.slice(0, 2), [[], []])
  t.is(full[2]?.length, 201)
  t.is(full[2]?.[200], '… and 50 more')
  t.deepEqual(full[3], ['it could not be computed again: TypeError: gone'])
})

test('who keeps nothing is told nothing', (t) => {
  const log = new DecisionLog(clock, { perPoint: 0 })
  log.note(pointOf('a'), noteOf('x 1'))
  log.noteLazily(pointOf('a'), { toNote: () => noteOf('x 1') })
  t.false(log.isOn)
  t.deepEqual(log.newest(10), [])
})

test('accounts tell how things stand until their owner is forgotten', (t) => {
  const log = new DecisionLog(clock)
  const owner = {}
  log.account(owner, (subject) => (subject === 'x 1' ? ['it waits'] : []))
  log.account({}, () => {
    throw new TypeError('broken')
  })
  t.deepEqual(log.answer('x 1', direct(1)).now, [
    'it waits',
    'an account could not be given: TypeError: broken',
  ])
  log.forget(owner)
  t.deepEqual(log.answer('x 1', direct(1)).now, [
    'an account could not be given: TypeError: broken',
  ])
})
