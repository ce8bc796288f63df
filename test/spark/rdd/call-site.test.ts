import test from 'ava'

import { callSiteOf, captureCallSite } from '../../../src/spark/rdd/call-site.ts'
import { PureEngine } from '../engine/pure-engine.ts'

const own = ['/lib/troupe/build/src/', '/lib/troupe/src/']

const table: readonly (readonly [title: string, stack: string, short: string, long: string])[] = [
  [
    'the last of our methods and the first frame of the program',
    `Error
    at createOperator (file:///lib/troupe/build/src/spark/rdd/operator-table.js:1:1)
    at shuffled (file:///lib/troupe/build/src/spark/rdd/pair-transformations.js:9:1)
    at MapRDD.reduceByKey (file:///lib/troupe/build/src/spark/rdd/pair-transformations.js:5:1)
    at count (file:///home/me/words/count.js:12:7)
    at file:///home/me/words/main.js:3:1
    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)`,
    'reduceByKey at count.js:12',
    'reduceByKey\ncount (file:///home/me/words/count.js:12:7)\nfile:///home/me/words/main.js:3:1',
  ],
  [
    'paths as source maps have them, and calls that were awaited',
    `Error
    at async RDD.take (/lib/troupe/src/spark/rdd/actions.ts:70:3)
    at async main (/home/me/words/count.ts:8:1)`,
    'take at count.ts:8',
    'take\nasync main (/home/me/words/count.ts:8:1)',
  ],
  [
    'a method by its other name, a constructor, and ours below the program',
    `Error
    at SparkContext.#run [as run] (file:///lib/troupe/build/src/spark/a.js:1:1)
    at new Mine (file:///home/me/mine.js:2:5)
    at step (file:///lib/troupe/build/src/spark/repl/shell.js:4:4)`,
    'run at mine.js:2',
    'run\nnew Mine (file:///home/me/mine.js:2:5)',
  ],
  [
    'a private method and functions without a name are passed over',
    `Error
    at #counts (file:///lib/troupe/build/src/spark/a.js:1:1)
    at <anonymous> (/lib/troupe/src/spark/b.ts:1:1)
    at file:///home/me/a.js:1:2`,
    'given at a.js:1',
    'given\nfile:///home/me/a.js:1:2',
  ],
  [
    'code that was made of text',
    `Error
    at MapRDD.count (file:///lib/troupe/build/src/a.js:1:1)
    at eval (eval at main (file:///home/me/a.js:1:2), <anonymous>:4:1)`,
    'count at <anonymous>:4',
    'count\neval (eval at main (file:///home/me/a.js:1:2), <anonymous>:4:1)',
  ],
  [
    'nothing of the program',
    'Error\n    at MapRDD.count (file:///lib/troupe/build/src/a.js:1:1)',
    'count',
    'count',
  ],
  ['nothing at all', '', 'given', 'given'],
]

for (const [title, stack, short, long] of table) {
  test(`a call site is read from ${title}`, (t) => {
    t.deepEqual(callSiteOf(stack, 'given', own), { short, long })
  })
}

test('an RDD knows where the program has made it, and an own class too', (t) => {
  const rdd = new PureEngine()
    .parallelize([1])
    .map((row) => row)
    .distinct()
  t.regex(rdd.creationSite?.short ?? '', /^distinct at call-site\.test\.[jt]s:\d+$/)
  t.regex(rdd.creationSite?.long ?? '', /^distinct\n.*call-site\.test/)
})

test('the depth of stacks that a program has set is left alone', (t) => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 1
  const site = ((): { readonly short: string } => captureCallSite('none', captureCallSite))()
  t.is(Error.stackTraceLimit, 1)
  Error.stackTraceLimit = stackTraceLimit
  t.regex(site.short, /^none at call-site\.test/)
})
