/**
 * Brings a clone to the state in which its programs run: a Node that is new enough, the packages of
 * the lock file, an up-to-date build. Each step says what it does, and is left out when its result
 * is already there.
 */
import { createHash } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { buildReason, compareOutputs, installReason, nodeProblem } from './decisions.mjs'
import { filesUnder, readJson, readText } from './files.mjs'
import { Stop, root, run, say, since } from './steps.mjs'

const sourceFolders = ['src', 'test', 'bench', 'examples']
const buildFolder = join(root, 'build')
const stampFile = join(buildFolder, '.stamp')

/** Checks Node, installs and builds. Throws a `Stop` when one of them fails. */
export const prepare = async () => {
  checkNode()
  await install()
  const { code } = await build()
  if (code !== 0) throw new Stop('the build failed: see the errors above')
}

export const checkNode = () => {
  const { engines } = readJson(join(root, 'package.json'))
  const problem = nodeProblem(process.versions.node, engines.node)
  if (problem) throw new Stop(problem)
}

/** Installs the packages of the lock file unless they are there. */
export const install = async () => {
  const reason = installReason(
    readJson(join(root, 'package-lock.json')),
    readJson(join(root, 'node_modules', '.package-lock.json')),
  )
  if (!reason) return
  say(`installing packages (${reason}): npm ci`)
  const startedMs = Date.now()
  const { code } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (code !== 0) throw new Stop('npm ci failed: is the package registry within reach?')
  say(`packages installed in ${since(startedMs)}`)
}

/**
 * Compiles the sources unless the last build was of the same ones, and removes outputs whose source
 * is gone. The compiler's errors are shown.
 */
export const build = async () => {
  const sources = sourceFolders.flatMap((folder) => filesUnder(root, folder, /\.ts$/))
  const digest = digestOf(['package.json', 'package-lock.json', 'tsconfig.json', ...sources])
  const reason = buildReason(digest, readText(stampFile))
  if (!reason) return { code: 0 }
  say(`building (${reason}): tsc`)
  const startedMs = Date.now()
  const outputs = sourceFolders.flatMap((folder) =>
    filesUnder(buildFolder, folder, /\.(d\.ts|js|js\.map)$/),
  )
  const { stale, missing } = compareOutputs(sources, outputs)
  for (const path of stale) rmSync(join(buildFolder, path))
  if (missing.length > 0) rmSync(join(buildFolder, '.tsbuildinfo'), { force: true })
  const result = await run(process.execPath, [
    join('node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    '.',
  ])
  if (result.code === 0) {
    writeFileSync(stampFile, digest)
    say(`built in ${since(startedMs)}`)
  }
  return result
}

/** @param {readonly string[]} paths */
const digestOf = (paths) => {
  const hash = createHash('sha256')
  for (const path of paths) {
    const content = readFileSync(join(root, path))
    hash.update(`${path}\0${content.length}\0`).update(content)
  }
  return hash.digest('hex')
}
