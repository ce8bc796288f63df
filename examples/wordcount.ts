/**
 * Counts the words of a text: `node build/examples/wordcount.js [file] [master]`.
 *
 * The functions below run in task threads; they take along what they use (`word`, here).
 */
import { fileURLToPath } from 'node:url'

import { SparkContext } from '../src/spark/index.ts'

const text = fileURLToPath(new URL('../../examples/text/king-james-bible.txt', import.meta.url))
const [path = text, master = 'local[2]'] = process.argv.slice(2)

const sc = await SparkContext.create({ master, appName: 'word count' })
const word = /[a-z]+/g

const counts = sc
  .textFile(path)
  .flatMap((line) => line.toLowerCase().match(word) ?? [])
  .map((each) => [each, 1])
  .reduceByKey((a, b) => a + b)
  .sortBy(([, count]) => count, false)

for (const [each, count] of await counts.take(5)) console.log(`${each} ${count}`)
await sc.stop()
