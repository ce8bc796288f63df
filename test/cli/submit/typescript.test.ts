import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import test, { type ExecutionContext } from 'ava'

import { troupeIn } from '../command-line.ts'

const SPARK = new URL('../../../src/spark/index.js', import.meta.url).href

const PROGRAM = `
import { SparkContext, RDD, type SparkConf } from ${JSON.stringify(SPARK)}
import { label, Scale, Word, Color } from './library/index.js'

const conf: SparkConf = {}
const sc = await SparkContext.create({ conf })
const own = (x: number): number => x + 1
const words: RDD<Word> = sc.parallelize<number>([1, 2, 3], 3).map((n) => ({ text: 'w', n: own(n) }))
const labels = words.map((word): string => label(word) + new Scale(10).times(word.n) + Color[Color.Green])
console.log(JSON.stringify(await labels.collect()))
try {
  await sc.parallelize([1], 1).map((x: number): number => {
    if (x > 0) throw new RangeError('no')
    return x
  }).collect()
} catch (error) {
  console.log(/main\\.ts:\\d+:\\d+/.exec(String(((error as Error).cause as Error).stack))?.[0])
}
await sc.stop()
`

const LIBRARY = `
import type { Shown } from './shown.ts'
import { show } from './shown.ts'
export interface Word extends Shown { readonly n: number }
export enum Color { Red, Green = 5 }
export const label = (word: Word): string => show(word)
export class Scale {
  constructor(private readonly by: number) {}
  times(x: number): number { return x * this.by }
}
`

async function program(t: ExecutionContext, manifest: string): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(made, { recursive: true }))
  await mkdir(join(made, 'app/library'), { recursive: true })
  await writeFile(join(made, 'app/package.json'), manifest)
  await writeFile(join(made, 'app/main.ts'), PROGRAM)
  await writeFile(join(made, 'app/library/index.ts'), LIBRARY)
  await writeFile(
    join(made, 'app/library/shown.ts'),
    'export interface Shown { readonly text: string }\nexport const show = (one: Shown): string => `<${one.text}>`\n',
  )
  return made
}

const OUTPUT = '["<w>20Green","<w>30Green","<w>40Green"]\nmain.ts:13:22\n'

for (const [master, name] of [
  ['local[2]', 'app/main.ts'],
  ['local-cluster[2,1,512]', 'app/main.ts'],
  ['local[1]', 'app'],
] as const) {
  test(`TypeScript runs as it is, and what it imports on executors, too: ${name} on ${master}`, async (t) => {
    const cwd = await program(t, '{"main":"main.ts","type":"commonjs"}')
    const { code, stdout, stderr } = await troupeIn(cwd, 'spark-submit', '--master', master, name)
    t.is(stdout, OUTPUT, stderr)
    t.is(code, 0)
  })
}

test('what is no TypeScript is refused with its place', async (t) => {
  const cwd = await program(t, '{"type":"module"}')
  await writeFile(join(cwd, 'app/main.ts'), 'const a: number = 1\nconst b: = 2\n')
  const { code, stderr } = await troupeIn(
    cwd,
    'spark-submit',
    '--master',
    'local[1]',
    'app/main.ts',
  )
  t.is(code, 1)
  t.regex(stderr, /main\.ts:2:10 is no TypeScript/)
})

test('a program in any folder may import this package by its name, and so may what it imports', async (t) => {
  const cwd = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(cwd, { recursive: true }))
  const library = "import { HashPartitioner } from 'troupe/spark'\n"
  await writeFile(
    join(cwd, 'part.ts'),
    `${library}export const part = (key: number): number => new HashPartitioner(3).getPartition(key)\n`,
  )
  const makes =
    "import { SparkContext } from 'troupe/spark'\nconst sc = await SparkContext.create()\n"
  const tells =
    'console.log(await sc.parallelize([1, 2]).map((x) => part(x)).collect())\nawait sc.stop()\n'
  for (const name of ['main.ts', 'main.mjs']) {
    const part =
      name === 'main.ts' ? "import { part } from './part.ts'\n" : 'const part = Math.sign\n'
    await writeFile(join(cwd, name), part + makes + tells)
    const { code, stdout, stderr } = await troupeIn(
      cwd,
      'spark-submit',
      '--master',
      'local[1]',
      name,
    )
    t.is(stdout, name === 'main.ts' ? '[ 0, 1 ]\n' : '[ 1, 1 ]\n', stderr)
    t.is(code, 0)
  }
})

test('a folder that names no program is refused', async (t) => {
  const cwd = await mkdtemp(join(tmpdir(), 'troupe-test-'))
  t.teardown(() => rm(cwd, { recursive: true }))
  await mkdir(join(cwd, 'app'))
  const { code, stderr } = await troupeIn(cwd, 'spark-submit', 'app')
  t.is(code, 2)
  t.regex(stderr, /the folder app is no program/)
})
