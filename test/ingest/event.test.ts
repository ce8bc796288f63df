import test from 'ava'
import { seededRandom } from '../../src/platform/index.ts'
import { eventOf, isUuid, jsonOf, randomUuid } from '../../src/ingest/event/index.ts'
import { IngestError } from '../../src/ingest/index.ts'

const good = {
  id: '9C5B94B1-35AD-49BB-B118-8E8FC24ABF80',
  campaignId: '275ef6a3-2f92-4b6e-8e1b-0b7ed9d0d3c1',
  eventType: 'click',
  value: 5,
  timestamp: '2016-03-15 12:15:39',
}
const noId = (): string => 'none is made'

test('an event is read, its ids in lower case and its time in UTC', (t) => {
  t.deepEqual(eventOf({ ...good, more: [1] }, noId), {
    id: good.id.toLowerCase(),
    campaignId: good.campaignId,
    eventType: 'click',
    value: 5n,
    time: new Date('2016-03-15T12:15:39Z'),
  })
})

test('an event without an id gets one', (t) => {
  const { id: _, ...rest } = good
  t.is(eventOf(rest, () => 'made').id, 'made')
})

const wrong: readonly (readonly [what: string, value: unknown, fields: object])[] = [
  ['nothing', null, { '': ['must be object'] }],
  ['an array', [], { '': ['must be object'] }],
  ['a text', 'event', { '': ['must be object'] }],
  [
    'no field at all',
    {},
    {
      '/campaignId': ['is missing'],
      '/eventType': ['is missing'],
      '/value': ['is missing'],
      '/timestamp': ['is missing'],
    },
  ],
  ['an id that is no UUID', { ...good, id: '7' }, { '/id': ['is no UUID'] }],
  ['an id that is nothing', { ...good, id: null }, { '/id': ['must be string'] }],
  ['a number as text', { ...good, value: '5' }, { '/value': ['must be integer'] }],
  ['a number that is not whole', { ...good, value: 0.5 }, { '/value': ['must be integer'] }],
  [
    'a number that JavaScript has rounded',
    { ...good, value: 2 ** 53 },
    { '/value': ['must be <= 9007199254740991'] },
  ],
  [
    'a type without a letter',
    { ...good, eventType: '' },
    { '/eventType': ['must NOT have fewer than 1 characters'] },
  ],
  [
    'a day that there is not',
    { ...good, timestamp: '2016-02-30' },
    { '/timestamp': ['is no date and time'] },
  ],
]

for (const [what, value, fields] of wrong) {
  test(`${what} is refused, field by field`, (t) => {
    const error = t.throws(() => eventOf(value, noId), { instanceOf: IngestError })
    t.is(error?.code, 'TROUPE_INGEST_EVENT_INVALID')
    t.deepEqual(error?.data['fields'], fields)
  })
}

test('what is no JSON in UTF-8 is refused', (t) => {
  for (const bytes of [Buffer.from('{'), Buffer.from(''), Buffer.from([34, 0xff, 34])]) {
    const error = t.throws(() => jsonOf(bytes), { instanceOf: IngestError })
    t.is(error?.code, 'TROUPE_INGEST_BODY_INVALID')
  }
})

test('ids that are made are random UUIDs', (t) => {
  const random = seededRandom('ids')
  const ids = new Set(Array.from({ length: 100 }, () => randomUuid(random)))
  t.is(ids.size, 100)
  for (const id of ids) {
    t.true(isUuid(id))
    t.regex(id, /^.{14}4.{4}[89ab]/)
  }
})
