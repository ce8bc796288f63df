import test from 'ava'

import {
  actorSubject,
  formatExplanation,
  readSubject,
  sentencesOf,
  type DecisionRecord,
} from '../../../src/actors/index.ts'

const point = { name: 'test.point', title: 'Points', rank: 10 }

const plain: DecisionRecord = {
  point,
  number: 1,
  atMs: 0,
  lastMs: 0,
  times: 1,
  asked: 'Who gets the offer?',
  chosen: 'framework F',
  about: ['offer O1'],
  full: [],
}

const sentences: readonly (readonly [string, Partial<DecisionRecord>, string])[] = [
  ['a bare choice', {}, 'Who gets the offer? Framework F.'],
  [
    'a choice with its reason and its input',
    { because: 'its share is the least', input: 'run 7' },
    'Who gets the offer? Framework F, because its share is the least. Decided upon run 7.',
  ],
  [
    'rejected candidates, the frequent reason first, with what is known by name',
    {
      considered: 5,
      rejected: { 'below the minimum': 1, filtered: 3 },
      samples: [
        { candidate: 'framework G', reason: 'filtered' },
        { candidate: 'framework H', reason: 'below the minimum' },
      ],
    },
    'Who gets the offer? Framework F. Rejected of 5 candidates: 3 filtered (such as framework G); ' +
      '1 below the minimum (framework H).',
  ],
  [
    'candidates of whom none was rejected',
    { considered: 2, rejected: {} },
    'Who gets the offer? Framework F. 2 candidates were looked at, none was rejected.',
  ],
  [
    'a decision that fell again and again',
    { times: 42, lastMs: 61_005 },
    'Who gets the offer? Framework F. The same 41 times more, until 00:01:01.005.',
  ],
]

for (const [what, change, expected] of sentences) {
  test(`${what} becomes sentences`, (t) => {
    t.is(sentencesOf({ ...plain, ...change }), expected)
  })
}

const subjects: readonly (readonly [string, string])[] = [
  ['job 0', 'job 0'],
  ['job:0', 'job 0'],
  ['  task  1.0/3 ', 'task 1.0/3'],
  ['actor /user/a', 'actor /user/a'],
  ['/user/a', 'actor /user/a'],
  ['troupe://town/user/a', 'actor /user/a town'],
  ['actor troupe://town/user/a:b', 'actor /user/a:b town'],
  ['something', 'something'],
]

for (const [said, meant] of subjects) {
  test(`'${said}' means '${meant}'`, (t) => {
    t.is(readSubject(said), meant)
  })
}

test('an actor is the subject of its path, whichever way it is written', (t) => {
  t.is(actorSubject('troupe://town/user/a'), 'actor /user/a town')
  t.is(actorSubject('troupe://town/'), 'actor / town')
  t.is(actorSubject('/user/a'), 'actor /user/a')
})

test('an explanation tells each decision once, by floor and time, and who did not answer', (t) => {
  const late = { ...plain, number: 2, atMs: 2_000, asked: 'And then?', full: ['one', 'two'] }
  const above = { ...plain, number: 3, atMs: 9_000, point: { name: 'x', title: 'Above', rank: 1 } }
  const text = formatExplanation({
    subject: 'offer O1',
    answers: [
      {
        node: 'm@h:1',
        subject: 'offer O1',
        now: ['It is out.'],
        records: [late, plain],
        omitted: 3,
      },
      { node: 'm@h:1', subject: 'run 7', now: ['It is out.'], records: [late, above], omitted: 0 },
    ],
    unanswered: [{ subject: 'agent S0', at: 'h:2', reason: 'no node answers at h:2' }],
  })
  t.is(
    text,
    `offer O1: 3 decisions told by m@h:1, 3 older ones left out

Now
  m@h:1  It is out.

Above
  00:00:09.000  m@h:1  Who gets the offer? Framework F.

Points
  00:00:00.000  m@h:1  Who gets the offer? Framework F.
  00:00:02.000  m@h:1  And then? Framework F.
      - one
      - two

Not answered
  agent S0 at h:2: no node answers at h:2`,
  )
})

test('lines are broken at spaces, and what follows stands to the right of the beginning', (t) => {
  const text = formatExplanation(
    {
      subject: 'x 1',
      answers: [
        { node: 'n', subject: 'x 1', now: ['word '.repeat(12).trim()], records: [], omitted: 0 },
      ],
      unanswered: [],
    },
    40,
  )
  t.is(
    text,
    `x 1: 0 decisions told by n

Now
  n  word word word word word word
    word word word word word word`,
  )
})

test('a subject that nobody knows is said to be unknown', (t) => {
  const text = formatExplanation({ subject: 'job 9', answers: [], unanswered: [] })
  t.regex(text, /^job 9: 0 decisions told by no node\n\nNothing is known of job 9: /)
})

test('what another node has sent does not steer the terminal', (t) => {
  const record = { ...plain, because: 'it failed (\u001b[2J\n\nboom\u0007)' }
  const answer = { subject: 'job 0', node: 'a', records: [record], now: ['\u001b]0;x'], omitted: 0 }
  const text = formatExplanation({
    subject: 'job \u001b[31m0',
    answers: [{ ...answer, references: [] }],
    unanswered: [{ subject: 'task \u001b1', at: 'x', reason: 'no\u001b' }],
  } as unknown as Parameters<typeof formatExplanation>[0])
  t.false(text.includes('\u001b'))
  t.regex(text, /it failed \(\\u001b\[2J {1,2}boom\\u0007\)/)
})

test('a subject that is no text is not known, and no failure', (t) => {
  t.is(readSubject(undefined as unknown as string), 'undefined')
})
