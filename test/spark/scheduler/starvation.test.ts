import test from 'ava'

import { Starvation } from '../../../src/spark/scheduler/allocation/starvation.ts'

test('tasks that wait fifteen seconds without any executor are told of, once each time', (t) => {
  const starvation = new Starvation()
  t.is(starvation.look(3, 2, 0, 1_000), undefined)
  t.is(starvation.look(3, 2, 0, 15_900), undefined)
  t.regex(starvation.look(3, 2, 0, 16_000) ?? '', /2 tasks of resource profile 3 have waited 15 s/)
  t.is(starvation.look(3, 2, 0, 60_000), undefined)
  t.is(starvation.look(3, 2, 1, 61_000), undefined)
  t.is(starvation.look(3, 2, 0, 62_000), undefined)
  t.regex(starvation.look(3, 1, 0, 77_000) ?? '', /^Initial job has not accepted any resources/)
})
