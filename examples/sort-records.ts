/**
 * Sorts records of 100 bytes by their first ten: `node build/examples/sort-records.js [input] [output] [master]`.
 *
 * The input is a file or a directory of `generate-records`; without one, a thousand records are made first. Keys are
 * sampled, so that each part of the output holds a range of them: the parts, one after the other, are in order.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { SparkContext } from '../src/spark/index.ts'

const LENGTH = 100
const KEY_LENGTH = 10

const scratch = mkdtempSync(join(tmpdir(), 'sort-records-'))
const [input = generated(), output = join(scratch, 'sorted'), master = 'local[2]'] =
  process.argv.slice(2)

function generated(): string {
  const program = fileURLToPath(new URL('generate-records.js', import.meta.url))
  const directory = join(scratch, 'records')
  execFileSync(process.execPath, [program, directory])
  return directory
}

const sc = await SparkContext.create({ master, appName: 'sort records' })
await sc
  .binaryRecords(input, LENGTH)
  .map((record) => Buffer.from(record).toString('latin1', 0, LENGTH - 1))
  .keyBy((text) => text.slice(0, KEY_LENGTH))
  .sortByKey()
  .values()
  .saveAsTextFile(output)

const sorted = sc.textFile(output)
console.log(
  `${await sorted.count()} records, from '${(await sorted.first()).slice(0, KEY_LENGTH)}'`,
)
await sc.stop()
rmSync(scratch, { recursive: true })
