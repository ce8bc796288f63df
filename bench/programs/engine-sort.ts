/** Records of 100 bytes, in order of their first ten, as text files. The harness looks at what was written. */
import { rmSync } from 'node:fs'
import { contextOf, input, isOutside, output, timed } from './engine-harness.ts'
import { flag } from './harness.ts'

const parts = Number(flag('parts') ?? 30)
const sc = await contextOf('sort records')

await timed('sort', async () => {
  rmSync(output, { recursive: true, force: true })
  const records = sc.textFile(input(flag('file') ?? 'records-16.txt'))
  const pairs = isOutside
    ? records.map((line) => [line.slice(0, 10).normalize(), line.slice(10)])
    : records.map((line) => [line.slice(0, 10), line.slice(10)])
  await pairs
    .sortByKey(true, parts)
    .map(([key, rest]) => key + rest)
    .saveAsTextFile(output)
  return 'written'
})
await sc.stop()
