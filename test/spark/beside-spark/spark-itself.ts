import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { run } from '../../mesos/foreign/programs.ts'
import type { Answer, Trial } from './program.ts'

/** What Spark asks of Java. */
const OPENED = [
  ...['java.lang', 'java.lang.invoke', 'java.net', 'java.nio', 'java.util', 'java.util.concurrent'],
  'sun.nio.ch',
]

/** What Spark itself makes of programs; `spark` and `classes` are where it and Beside.scala's classes stand. */
export async function answersOfSpark(
  spark: string,
  classes: string,
  trials: readonly Trial[],
): Promise<readonly (Answer | readonly Answer[])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-beside-'))
  try {
    const [asked, told] = [join(folder, 'asked.json'), join(folder, 'told.json')]
    await writeFile(asked, JSON.stringify(trials))
    const flags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx768m']
    const modules = OPENED.flatMap((name) => ['--add-opens', `java.base/${name}=ALL-UNNAMED`])
    const classPath = `${classes}:${join(spark, 'jars', '*')}`
    const args = [...flags, ...modules, '-cp', classPath, 'Beside', asked, told]
    const { code, stderr } = await run('java', args, { cwd: folder, limitMs: 240_000 })
    if (code !== 0) throw new TypeError(`Spark ended with ${code}: ${stderr.slice(-2000)}`)
    return JSON.parse(await readFile(told, 'utf8')) as readonly (Answer | readonly Answer[])[]
  } finally {
    await rm(folder, { recursive: true })
  }
}
