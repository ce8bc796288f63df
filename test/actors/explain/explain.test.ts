import test from 'ava'

import {
  ActorSystem,
  formatExplanation,
  receive,
  setup,
  startInspector,
  startNode,
} from '../../../src/actors/index.ts'
import { testSystem } from '../../../src/actors/testkit/index.ts'
import { memoryEnvironment } from '../../../src/platform/index.ts'
import { oneForOne } from '../../../src/supervision/index.ts'

const failing = receive<string>((word) => {
  throw new TypeError(`what is ${word}?`)
})

test('explain tells a failure, the directive, why, and how far the restart window was used', async (t) => {
  const kit = testSystem()
  const parent = kit.spawn(
    setup<string>((ctx) => {
      const child = ctx.spawn(failing, 'child')
      return receive((word) => {
        child.tell(word)
      })
    }),
    'parent',
    { supervision: oneForOne({ maxRestarts: 2, periodMs: 60_000 }) },
  )
  for (const word of ['a', 'b', 'c']) parent.tell(word)
  await kit.settle()
  const text = formatExplanation(await kit.system.explain('/user/parent/child'), 1_000)
  t.regex(
    text,
    /What is to become of troupe:\/\/test\/user\/parent\/child, which has failed \(TypeError: what is a\?\)\? Restart, because by default\. Decided upon 0 restarts of it before and 1 of at most 2 restarts in the last 60000 ms\./,
  )
  t.regex(
    text,
    /what is c\?\)\? Escalate, because more than 2 restarts in 60000 ms\. Decided upon 2 restarts/,
  )
  t.regex(text, /\nSupervision\n/)
  const ofParent = formatExplanation(await kit.system.explain('actor /user/parent'), 1_000)
  t.regex(
    ofParent,
    /troupe:\/\/test\/user\/parent is running, with 0 messages waiting and 1 restart; it supervises by: one-for-one restart, 2 in 60 s\./,
  )
  t.regex(ofParent, /What is to become of troupe:\/\/test\/user\/parent, which has failed/)
})

test('what was thrown may be anything, also what has no text', async (t) => {
  const kit = testSystem()
  const actor = kit.spawn(
    receive<string>(() => {
      throw Object.create(null)
    }),
    'odd',
  )
  actor.tell('x')
  await kit.settle()
  t.regex(
    formatExplanation(await kit.system.explain('/user/odd'), 1_000),
    /something that has no text/,
  )
})

test('an explanation follows references to other nodes, asks each once, and names those that are silent', async (t) => {
  const world = memoryEnvironment({ seed: 1 })
  const here = ActorSystem.create('here', { environment: world.environment('here') })
  const there = ActorSystem.create('there', { environment: world.environment('there') })
  await world.until(startNode(here))
  const thereNode = await world.until(startNode(there))
  startInspector(there)
  t.is(startInspector(there), startInspector(there))
  const { host, port } = thereNode.address ?? { host: '', port: 0 }
  const at = `${host}:${port}`
  const point = { name: 'p', title: 'P', rank: 1 }
  here.decisions.note(point, {
    asked: 'Here?',
    chosen: 'yes',
    about: ['x 1'],
    see: [{ subject: 'y 2', at }, { subject: 'z 3', at: '127.0.0.1:1' }, { subject: 'x 1' }],
  })
  there.decisions.note(point, {
    asked: 'There?',
    chosen: 'yes',
    about: ['y 2'],
    see: [{ subject: 'y 2', at }, { subject: 'y 3' }],
  })
  there.decisions.note(point, { asked: 'Further?', chosen: 'yes', about: ['y 3'] })
  const explanation = await world.until(here.explain('x 1'))
  t.deepEqual(
    explanation.answers.map(({ node, subject, records }) => [
      node.split('@')[0],
      subject,
      records.map(({ asked }) => asked),
    ]),
    [
      ['here', 'x 1', ['Here?']],
      ['there', 'y 2', ['There?']],
      ['there', 'y 3', ['Further?']],
    ],
  )
  t.is(explanation.unanswered.length, 1)
  t.is(explanation.unanswered[0]?.at, '127.0.0.1:1')
  const near = await world.until(here.explain('x 1', { maxHops: 0 }))
  t.is(near.answers.length, 1)
  const few = await world.until(here.explain('x 1', { maxQuestions: 2 }))
  t.regex(few.unanswered.map(({ reason }) => reason).join(), /2 questions were enough/)
  await world.until(here.terminate())
  await world.until(there.terminate())
})

test('a system that is no node says that more is known elsewhere', async (t) => {
  const kit = testSystem()
  const point = { name: 'p', title: 'P', rank: 1 }
  const see = [{ subject: 'y 2', at: '127.0.0.1:1' }]
  kit.system.decisions.note(point, { asked: 'Here?', chosen: 'yes', about: ['x 1'], see })
  const { answers } = await kit.system.explain('x 1')
  t.deepEqual(answers[1]?.now, [
    "more is known at 127.0.0.1:1, which test can't ask: it is no node",
  ])
})

test('a storm of the same failure is one record that counts, and pushes nothing out', async (t) => {
  const kit = testSystem()
  const quiet = kit.spawn(failing, 'quiet')
  const noisy = kit.spawn(
    setup<string>((ctx) => {
      const child = ctx.spawn(
        receive<string>(() => {
          throw new RangeError('always the same')
        }),
        'child',
      )
      return receive((word) => {
        child.tell(word)
      })
    }),
    'noisy',
    { supervision: oneForOne({ maxRestarts: 5_000 }) },
  )
  quiet.tell('once')
  await kit.settle()
  for (let i = 0; i < 1_000; i++) noisy.tell('go')
  await kit.settle()
  const usage = kit.system.decisions.usage()
  const { decided = 0, kept = 0 } = usage.find(({ point }) => point === 'actors.supervision') ?? {}
  t.true(kept <= 4, `${String(kept)} of ${String(decided)}`)
  t.regex(formatExplanation(await kit.system.explain('/user/quiet'), 1_000), /what is once\?/)
  const storm = formatExplanation(await kit.system.explain('/user/noisy/child'), 1_000)
  t.regex(storm, /always the same/)
  t.regex(storm, /The same 999 times more/)
  t.regex(storm, /1000 of at most 5000 restarts/)
})
