import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Peers outside Node: looked for on this machine, and built from `bench/peers` into the build folder when
 * their sources have changed.
 */
export interface PekkoPeer {
  readonly classpath: string
  readonly version: string
}

export interface ErlangPeer {
  readonly beams: string
  readonly version: string
}

export type Found<Peer> =
  | { readonly peer: Peer; readonly missing?: undefined }
  /** What is missing and how to get it, in one line. */
  | { readonly peer?: undefined; readonly missing: string }

const sources = { pekko: 'bench/peers/pekko', erlang: 'bench/peers/erlang' }
const outputs = { pekko: 'build/bench/peers/pekko', erlang: 'build/bench/peers/erlang' }

interface Ran {
  readonly isOk: boolean
  readonly output: string
}

function run(file: string, args: readonly string[], cwd = '.'): Ran {
  const { status, stdout, stderr, error } = spawnSync(file, args, { cwd, encoding: 'utf8' })
  return { isOk: status === 0, output: error?.message ?? `${stdout}${stderr}` }
}

export function findPekko(say: (line: string) => void): Found<PekkoPeer> {
  const java = run('java', ['-version'])
  const major = Number(/version "(\d+)/.exec(java.output)?.[1] ?? 0)
  if (!java.isOk || major < 17 || !run('mvn', ['--version']).isOk) {
    return {
      missing:
        'Pekko is left out: Java 17 and Maven are needed (Debian: apt-get install openjdk-17-jdk-headless maven)',
    }
  }
  const classpathFile = 'classpath.txt'
  const problem = buildOnce('pekko', () => {
    say('building the Pekko peer: mvn compile')
    const goals = ['compile', 'dependency:build-classpath']
    const options = ['-q', '-B', '-Dstyle.color=never']
    return run(
      'mvn',
      [...options, ...goals, `-Dmdep.outputFile=../../../${outputs.pekko}/${classpathFile}`],
      sources.pekko,
    )
  })
  if (problem !== undefined) return { missing: `Pekko is left out, Maven failed: ${problem}` }
  const jars = readFileSync(join(outputs.pekko, classpathFile), 'utf8').trim()
  const version = /pekko-actor-typed_[\d.]+-([\d.]+)\.jar/.exec(jars)?.[1] ?? 'unknown'
  return {
    peer: {
      classpath: [join(outputs.pekko, 'classes'), jars].join(delimiter),
      version: `${version}, Java ${/version "([^"]+)"/.exec(java.output)?.[1] ?? String(major)}`,
    },
  }
}

export function findErlang(say: (line: string) => void): Found<ErlangPeer> {
  const release = run('erl', [
    '-noshell',
    '-eval',
    'io:format("~s", [erlang:system_info(otp_release)]), halt().',
  ])
  if (!release.isOk) {
    return {
      missing: 'Erlang is left out: erl and erlc are needed (Debian: apt-get install erlang-base)',
    }
  }
  const files = readdirSync(sources.erlang).filter((name) => name.endsWith('.erl'))
  const problem = buildOnce('erlang', () => {
    say('building the Erlang peer: erlc')
    const paths = files.map((name) => join(sources.erlang, name))
    return run('erlc', ['-o', outputs.erlang, ...paths])
  })
  if (problem !== undefined) return { missing: `Erlang is left out, erlc failed: ${problem}` }
  return { peer: { beams: outputs.erlang, version: `OTP ${release.output.trim()}` } }
}

/** Builds unless the sources are those of the last build; returns the first line of what went wrong. */
function buildOnce(name: keyof typeof sources, build: () => Ran): string | undefined {
  const stamp = join(outputs[name], '.stamp')
  const digest = digestOf(sources[name])
  mkdirSync(outputs[name], { recursive: true })
  if (textOf(stamp) === digest) return undefined
  const { isOk, output } = build()
  if (!isOk) return output.trim().split('\n')[0]
  writeFileSync(stamp, digest)
  return undefined
}

function digestOf(folder: string): string {
  const hash = createHash('sha256')
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name))
  for (const path of paths.sort()) hash.update(path).update(readFileSync(path))
  return hash.digest('hex')
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
