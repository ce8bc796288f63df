/** A program as a user submits it: says what it was run with, and what its job made of that; ends with the code of its first argument. */
import { SparkContext } from '../../../src/spark/index.ts'

const [code = '0', ...rest] = process.argv.slice(2)
const sc = await SparkContext.create({ conf: { 'spark.task.maxFailures': 7 } })
const sum = await sc.parallelize([1, 2, 3], 2).reduce((a, b) => a + b)
const { master, appName, settings } = sc
const { maxTaskFailures, maxStageAttempts, networkTimeoutMs, secret } = settings
const said = { master, appName, maxTaskFailures, maxStageAttempts, networkTimeoutMs, secret }
process.stdout.write(`${JSON.stringify({ ...said, node: process.execArgv, rest, sum })}\n`)
await sc.stop()
process.exitCode = Number(code)
