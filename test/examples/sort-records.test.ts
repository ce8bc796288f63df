import { join } from 'node:path'

import test from 'ava'

import { folder, limitMs, linesOf, linesOfParts } from './run-example.ts'

for (const master of ['local[2]', 'local-cluster[2,1,512]']) {
  test(`records are sorted by their keys on ${master}, and none is lost`, async (t) => {
    t.timeout(2 * limitMs)
    const scratch = await folder(t)
    const [records, sorted] = [join(scratch, 'records'), join(scratch, 'sorted')]
    const [said] = await linesOf('generate-records', records, '2500', master)
    t.is(said, `2500 records in ${records}`)
    const made = await linesOfParts(records)
    t.is(made.length, 2500)
    t.true(made.every((record) => /^[!-~]{10} [0-9a-f]{32} ([A-Z])\1+$/.test(record)))
    t.true(made.every((record) => record.length === 99))
    t.is(new Set(made.map((record) => record.slice(11, 43))).size, 2500)

    const [counted] = await linesOf('sort-records', records, sorted, master)
    const wanted = made.toSorted()
    t.is(counted, `2500 records, from '${wanted[0]?.slice(0, 10)}'`)
    t.deepEqual(await linesOfParts(sorted), wanted)
  })
}

test('the same number of records has the same keys, however many tasks make them', async (t) => {
  t.timeout(limitMs)
  const scratch = await folder(t)
  const [one, two] = [join(scratch, 'one'), join(scratch, 'two')]
  await linesOf('generate-records', one, '50', 'local[1]')
  await linesOf('generate-records', two, '50', 'local[2]')
  t.deepEqual((await linesOfParts(one)).toSorted(), (await linesOfParts(two)).toSorted())
})
