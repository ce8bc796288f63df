import test from 'ava'

import { parseLabels } from '../../../src/spark/backend/index.ts'

const KEY = 'spark.mesos.task.labels'

test('labels are words with values, and a backslash keeps what would part them', (t) => {
  t.deepEqual(parseLabels(KEY, ''), [])
  t.deepEqual(parseLabels(KEY, 'team:web, shift:night'), [
    { key: 'team', value: 'web' },
    { key: 'shift', value: 'night' },
  ])
  t.deepEqual(parseLabels(KEY, 'a\\:b:c\\,d,e:\\\\'), [
    { key: 'a:b', value: 'c,d' },
    { key: 'e', value: '\\' },
  ])
})

for (const text of ['team', 'a:b:c', ':web']) {
  test(`labels can't be ${text}`, (t) => {
    t.throws(() => parseLabels(KEY, text), { code: 'TROUPE_SPARK_ARGUMENT_INVALID' })
  })
}
