/**
 * Makes records of 100 bytes to sort: `node build/examples/generate-records.js [directory] [records] [master]`.
 * Without a directory it shows the first three.
 *
 * A record is a key of ten random printable characters, a space, its number in 32 hexadecimal digits, a space, and
 * filling; the hundredth byte ends the line. The same number of records always has the same keys, however many tasks
 * make them.
 */
import { SparkContext } from '../src/spark/index.ts'

const [directory, records = '1000', master = 'local[2]'] = process.argv.slice(2)

/** 32 bits that depend on `n` alone. */
function mixed(n: number): number {
  let bits = Math.imul((n ^ (n >>> 16)) + 0x6d2b79f5, 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

function record(number: number): string {
  const key = Array.from({ length: 10 }, (_, i) => 33 + (mixed(number * 10 + i) % 94))
  const filling = String.fromCharCode(65 + (number % 26))
  const text = `${String.fromCharCode(...key)} ${number.toString(16).padStart(32, '0')} `
  return text.padEnd(99, filling)
}

const sc = await SparkContext.create({ master, appName: 'generate records' })
const all = sc.range(0, Number(records), 1, 4).map(record)
if (directory === undefined) {
  for (const each of await all.take(3)) console.log(each)
} else {
  await all.saveAsTextFile(directory)
  console.log(`${records} records in ${directory}`)
}
await sc.stop()
