import { partitionOfKey } from '../../../src/platform/event-partitions.ts'
import { allOf, bytes, eachLog, text } from './logs.ts'

eachLog('a topic is made once, with as many partitions as asked for', async (t, { log, topic }) => {
  t.true(await log.makeTopic(topic, { partitions: 3 }))
  t.false(await log.makeTopic(topic, { partitions: 3 }))
  t.deepEqual(
    await log.bounds(topic),
    [0, 1, 2].map(() => ({ first: 0, next: 0 })),
  )
})

eachLog(
  'events come back as they were logged, those of a key in one partition and in order',
  async (t, { log, topic }) => {
    await log.makeTopic(topic, { partitions: 4 })
    const keys = ['ash', 'birch', 'cedar', 'douglas fir', 'Ölbaum']
    const sent = Array.from({ length: 100 }, (_, i) => ({
      key: keys[i % keys.length] ?? '',
      value: bytes(`event ${i}`),
      headers: { number: String(i), kind: 'ü' },
    }))
    const positions = [
      ...(await log.append(topic, sent.slice(0, 60))),
      ...(await log.append(topic, sent.slice(60))),
    ]
    const found = await allOf(log, topic)
    t.is(found.flat().length, sent.length)
    for (const [i, { key, value, headers }] of sent.entries()) {
      const { partition, offset } = positions[i] ?? { partition: -1, offset: -1 }
      t.is(partition, partitionOfKey(key, 4))
      const event = found[partition]?.[offset]
      t.deepEqual(
        { key: event?.key, value: text(event?.value ?? bytes('')), headers: event?.headers },
        { key, value: text(value), headers },
      )
    }
    for (const key of keys) {
      const numbers = found
        .flat()
        .filter((event) => event.key === key)
        .map(({ headers }) => Number(headers['number']))
      t.deepEqual(
        numbers,
        [...numbers].sort((a, b) => a - b),
      )
    }
  },
)

eachLog('events without a key, headers or content are spread evenly', async (t, { log, topic }) => {
  await log.makeTopic(topic, { partitions: 2 })
  const empty = { value: new Uint8Array(0) }
  await log.append(topic, [empty, empty, empty, empty])
  t.deepEqual(await log.append(topic, []), [])
  t.deepEqual(
    (await log.bounds(topic)).map(({ next }) => next),
    [2, 2],
  )
  const [event] = (await allOf(log, topic)).flat()
  t.deepEqual([event?.key, event?.headers, event?.value.length], [undefined, {}, 0])
})

eachLog('calls at the same time all get places of their own', async (t, { log, topic }) => {
  await log.makeTopic(topic)
  const positions = await Promise.all(
    Array.from({ length: 300 }, (_, i) => log.append(topic, [{ value: bytes(String(i)) }])),
  )
  const offsets = positions.map(([position]) => position?.offset ?? -1)
  t.deepEqual(
    [...offsets].sort((a, b) => a - b),
    offsets.map((_, i) => i),
  )
  const [events = []] = await allOf(log, topic)
  for (const [i, offset] of offsets.entries()) {
    t.is(text(events[offset]?.value ?? bytes('')), String(i))
  }
})

eachLog('ranges are read to their ends, and no further', async (t, { log, topic }) => {
  await log.makeTopic(topic, { partitions: 2 })
  const many = Array.from({ length: 4000 }, (_, i) => ({ value: bytes(`${i} ${'x'.repeat(200)}`) }))
  await log.append(topic, many)
  const reader = log.read(topic, [
    { partition: 0, from: 100, until: 1999 },
    { partition: 1, from: 5, until: 6 },
    { partition: 1, from: 7, until: 7 },
  ])
  const offsets: number[][] = [[], []]
  for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    offsets[batch.partition]?.push(...batch.events.map(({ offset }) => offset))
  }
  await reader.close()
  await reader.close()
  t.is(await reader.next(), undefined)
  t.deepEqual(offsets, [Array.from({ length: 1899 }, (_, i) => i + 100), [5]])
})

eachLog('the offset of a time is that of the first event since', async (t, { log, topic }) => {
  await log.makeTopic(topic, { partitions: 1 })
  for (let i = 0; i < 5; i += 1) await log.append(topic, [{ value: bytes(String(i)) }])
  const [events = []] = await allOf(log, topic)
  const times = events.map(({ timeMs }) => timeMs)
  t.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  )
  for (const timeMs of times) {
    t.deepEqual(await log.offsetsAt(topic, timeMs), [times.indexOf(timeMs)])
  }
  t.deepEqual(await log.offsetsAt(topic, 0), [0])
  t.deepEqual(await log.offsetsAt(topic, (times.at(-1) ?? 0) + 1), [5])
})

eachLog('what can never be done is refused', async (t, { log, topic }) => {
  const refused = { code: 'TROUPE_PLATFORM_EVENTS_REFUSED' }
  await t.throwsAsync(log.append(topic, [{ value: bytes('one') }]), refused)
  await t.throwsAsync(log.bounds(topic), refused)
  await t.throwsAsync(log.makeTopic('no name', { partitions: 1 }), refused)
  await t.throwsAsync(log.makeTopic(topic, { partitions: 0 }), refused)
  await log.makeTopic(topic)
  for (const range of [
    { partition: 0, from: 7, until: 9 },
    { partition: 5, from: 0, until: 1 },
  ]) {
    const reader = log.read(topic, [range])
    await t.throwsAsync(reader.next(), refused)
    await reader.close()
  }
})
