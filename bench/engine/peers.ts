import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

export interface SparkPeer {
  readonly home: string
  /** The programs of bench/peers/spark. */
  readonly jar: string
  /** The smallest heap within 1.2 × of the best time, by class. */
  readonly heaps: Readonly<Record<string, string>>
  readonly version: string
}

export interface SkalePeer {
  /** The folder it was installed in. */
  readonly home: string
  readonly program: string
  readonly version: string
}

/** A peer, or why there is none, in one line. */
export type Found<Peer> = { readonly peer: Peer } | { readonly missing: string }

const SOURCES = 'bench/peers/spark'
const OUTPUT = 'build/bench/peers/spark'
export const HEAPS = 'bench/peers/spark/heaps.json'
const SKALE_PROGRAM = 'bench/peers/skale/run.cjs'

interface Programs {
  setUp(name: string): Promise<string>
}

/** Sets up programs of others in the user's cache; what it knows is in scripts/foreign-programs.mjs. */
async function setUp(name: string): Promise<string> {
  const url = pathToFileURL(resolve('scripts/foreign-programs.mjs')).href
  const programs = (await import(url)) as Programs
  return programs.setUp(name)
}

export async function findSpark(say: (line: string) => void): Promise<Found<SparkPeer>> {
  try {
    const home = join(await setUp('spark'), 'spark')
    const jar = resolve(OUTPUT, 'bench.jar')
    compile(home, jar, say)
    const core = readdirSync(join(home, 'jars')).find((name) => name.startsWith('spark-core_'))
    const version = /-([\d.]+)\.jar$/.exec(core ?? '')?.[1] ?? 'unknown'
    const heaps = JSON.parse(readFileSync(HEAPS, 'utf8')) as Record<string, string>
    return { peer: { home, jar, heaps, version: `${version}, Java ${javaVersion()}` } }
  } catch (error) {
    return { missing: `Spark is left out: ${messageOf(error)}` }
  }
}

export async function findSkale(): Promise<Found<SkalePeer>> {
  try {
    const home = await setUp('skale')
    const text = readFileSync(join(home, 'node_modules/skale/package.json'), 'utf8')
    const { version } = JSON.parse(text) as { readonly version: string }
    return { peer: { home, program: resolve(SKALE_PROGRAM), version } }
  } catch (error) {
    return { missing: `skale is left out: ${messageOf(error)}` }
  }
}

/** With the compiler among Spark's own jars, unless the sources are those of the last time. */
function compile(home: string, jar: string, say: (line: string) => void): void {
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.scala'))
  const paths = sources.sort().map((name) => resolve(SOURCES, name))
  const hash = createHash('sha256').update(home)
  for (const path of paths) hash.update(readFileSync(path))
  const digest = hash.digest('hex')
  const stamp = resolve(OUTPUT, '.stamp')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  say('building the programs for Spark: scalac')
  const classes = resolve(OUTPUT, 'classes')
  rmSync(classes, { recursive: true, force: true })
  mkdirSync(classes, { recursive: true })
  const compiler = ['-cp', join(home, 'jars', '*'), 'scala.tools.nsc.Main', '-usejavacp']
  run('java', [...compiler, '-d', classes, ...paths])
  run('jar', ['cf', jar, '-C', classes, '.'])
  writeFileSync(stamp, digest)
}

function javaVersion(): string {
  return /version "([^"]+)"/.exec(run('java', ['-version']))?.[1] ?? 'unknown'
}

/** What a command says. @throws RangeError if it fails */
function run(file: string, args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: 'utf8' })
  if (status === 0) return `${stdout}${stderr}`
  const said = error?.message ?? `${stdout}${stderr}`.trim().split('\n').slice(-3).join(' | ')
  throw new RangeError(`${file} failed: ${said}`)
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
