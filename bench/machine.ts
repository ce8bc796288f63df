import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

/** What the figures depend on, without anything that names the machine or its user. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGib: number
  readonly system: string
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().split('-')[0] ?? ''}`.trim(),
  }
}

/** Versions of what runs in Node, from the installed packages, and the commit measured. */
export function nodeVersions(): Record<string, string> {
  const installed = Object.fromEntries(
    ['nact', 'xstate', 'comlink', 'cbor-x'].map((name) => [
      name,
      versionOf(`node_modules/${name}`),
    ]),
  )
  return {
    troupe: `${versionOf('.')}${commit()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    ...installed,
  }
}

function versionOf(folder: string): string {
  const text = readFileSync(`${folder}/package.json`, 'utf8')
  return (JSON.parse(text) as { readonly version: string }).version
}

function commit(): string {
  const git = (...args: string[]): string =>
    spawnSync('git', args, { encoding: 'utf8' }).stdout?.trim() ?? ''
  const head = git('rev-parse', '--short=10', 'HEAD')
  if (head === '') return ''
  const changed = git('status', '--porcelain', '--untracked-files=no', 'src', 'bench/programs')
  return ` (${head}${changed === '' ? '' : ', changed'})`
}
