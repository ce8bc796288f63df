import type { ExecutionContext } from 'ava'

import type { SparkContext } from '../../../src/spark/index.ts'

/** Checks that an executor came out of the archive `troupe…`, and has the file `words.txt` of seven bytes in its sandbox. */
export async function runsFromArchive(t: ExecutionContext, sc: SparkContext): Promise<void> {
  const [bytes, main] = await sc
    .parallelize([1], 1)
    .mapPartitionsWithIndex(async (_index, _rows, { disk }) => [
      String((await disk.readFile('words.txt')).length),
      process.argv[1] ?? '',
    ])
    .collect()
  t.is(bytes, '7')
  t.regex(main ?? '', /\/troupe\/build\/src\/spark\//)
}
