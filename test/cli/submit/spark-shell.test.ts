import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test, { type ExecutionContext } from 'ava'

import { troupe, troupeFed } from '../command-line.ts'

async function folder(t: ExecutionContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(made, { recursive: true }))
  return made
}

const LIBRARY = `
import type { Pair } from './types.ts'
export enum Level { Low = 1, High = 9 }
const twice = (x: number): number => x * 2
export function thrice(x: number): number { return twice(x) + x }
export class Scale { constructor(private readonly by: number) {} times(x: number): number { return x * this.by } }
export const first = (pair: Pair): number => pair[0]
`

const SCRIPT = `
const k: number = 10
import { thrice, Scale, first, Level } from './library.ts'
function helper(x: number): number { return other(x) + k }
const other = (x: number) => -x
class Base { static zero = 100; go(x: number) { return Base.zero + helper(x) } }
class Derived extends Base { go(x: number) { return super.go(x) * 2 } }
const total = sc.longAccumulator('total')
const table = sc.broadcast([5, 6, 7])
await sc.parallelize([0, 1, 2], 3)
  .map(async (x) => {
    total.add(1)
    return [new Derived().go(x), thrice(x), new Scale(k).times(x), first([x, 0]), Level.High, table.value[x]]
  })
  .collect()
total.value
`

const RESULT = `[
  [ 220, 0, 0, 0, 9, 5 ],
  [ 218, 3, 10, 1, 9, 6 ],
  [ 216, 6, 20, 2, 9, 7 ]
]
3
`

for (const master of ['local[2]', 'local-cluster[2,1,512]']) {
  test(`functions that are typed run with all they use on ${master}`, async (t) => {
    const cwd = await folder(t)
    await writeFile(join(cwd, 'types.ts'), 'export type Pair = readonly [number, number]\n')
    await writeFile(join(cwd, 'library.ts'), LIBRARY)
    const { code, stdout, stderr } = await troupeFed(cwd, SCRIPT, 'spark-shell', '--master', master)
    t.is(stdout, RESULT, stderr)
    t.is(code, 0)
  })
}

test('files of -i run first, with the flags of spark-submit; --driver-memory is the heap of the shell', async (t) => {
  const cwd = await folder(t)
  await writeFile(
    join(cwd, 'first.ts'),
    'const later = (): number => base + 1\nlet base: number = 1\n',
  )
  await writeFile(join(cwd, 'my.conf'), 'spark.app.name from-file\nspark.default.parallelism 3\n')
  const { code, stdout, stderr } = await troupeFed(
    cwd,
    '[later(), sc.appName, sc.master, sc.defaultParallelism, process.execArgv]',
    ...['spark-shell', '--master', 'local[1]', '--properties-file', 'my.conf', '-i', 'first.ts'],
    ...['--driver-memory', '600m'],
  )
  t.is(stdout, "[ 2, 'from-file', 'local[1]', 3, [ '--max-old-space-size=600' ] ]\n", stderr)
  t.is(code, 0)
})

test('the first failure of standard input ends the shell with 1, and its stack names the line', async (t) => {
  const cwd = await folder(t)
  const { code, stdout, stderr } = await troupeFed(
    cwd,
    '1\n\nsc.parallelize([1], 1).map((x) => {\n  throw new RangeError("no " + x)\n}).collect()\n2\n',
    ...['spark-shell', '--master', 'local[1]'],
  )
  t.is(code, 1)
  t.is(stdout, '1\n')
  t.regex(stderr, /Caused by: RangeError: no 1\n\s+at .*spark-shell:4:9/)
})

test('a file that is not there, and an argument, are refused', async (t) => {
  const cwd = await folder(t)
  const missing = await troupeFed(cwd, '1', 'spark-shell', '--master', 'local', '-i', 'none.ts')
  t.is(missing.code, 1)
  t.regex(missing.stderr, /none\.ts/)
  const { code, stderr } = await troupe('spark-shell', 'program.ts')
  t.is(code, 2)
  t.regex(stderr, /too many arguments/)
})
