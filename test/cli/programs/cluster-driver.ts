/** Says what it was submitted with and a sum, says its process and waits to be ended, or fails. */
import { SparkContext } from '../../../src/spark/index.ts'

const [what, ...rest] = process.argv.slice(2)
if (what === 'fail') process.exit(3)
const sc = await SparkContext.create()
if (what === 'wait') {
  process.stdout.write(`${process.pid}\n`)
  await new Promise(() => {
    setInterval(() => {}, 60_000)
  })
}
const sum = await sc.parallelize([1, 2, 3, 4], 2).reduce((a, b) => a + b)
process.stdout.write(`${JSON.stringify({ master: sc.master, appName: sc.appName, rest, sum })}\n`)
await sc.stop()
