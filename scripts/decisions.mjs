/**
 * What `prepare` has to do, decided from what is on disk. Pure: no file is touched here, so that
 * each case is a row in `test/scripts/decisions.test.mjs`.
 */

/**
 * Why this Node can't run the project, or `undefined` when it can.
 * @param {string} version of the running Node, such as `20.19.0`
 * @param {string} range of package.json's `engines.node`, of the form `>=20.19`
 */
export const nodeProblem = (version, range) => {
  const wanted = /^>=(\d+)\.(\d+)$/.exec(range)
  if (!wanted) return `package.json: engines.node is '${range}', expected the form '>=20.19'`
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [, wantedMajor, wantedMinor] = wanted.map(Number)
  const isEnough =
    major > Number(wantedMajor) || (major === Number(wantedMajor) && minor >= Number(wantedMinor))
  if (isEnough) return undefined
  return `Node ${range.slice(2)} or later is needed, this is Node ${version}: install a newer one from https://nodejs.org`
}

/**
 * @typedef {object} LockedPackage an entry of `packages` in npm's lock file
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 *
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

/**
 * Why the packages have to be installed, or `undefined` when what is installed is what the lock
 * says. npm itself writes the second file, after everything else, into `node_modules`: an
 * interrupted installation has none. Optional packages may be missing, since other platforms'
 * binaries are among them.
 * @param {Lock} lock package-lock.json
 * @param {Lock | undefined} installed node_modules/.package-lock.json
 */
export const installReason = (lock, installed) => {
  if (!installed) return 'no packages yet'
  const present = installed.packages ?? {}
  const locked = lock.packages ?? {}
  for (const [path, wanted] of Object.entries(locked)) {
    if (path === '') continue
    const found = present[path]
    if (!found) {
      if (wanted.optional || wanted.devOptional) continue
      return `${nameOf(path)} ${wanted.version} is missing`
    }
    if (found.version !== wanted.version || found.integrity !== wanted.integrity) {
      return `${nameOf(path)} is ${found.version}, the lock says ${wanted.version}`
    }
  }
  const extra = Object.keys(present).find((path) => !(path in locked))
  return extra === undefined ? undefined : `${nameOf(extra)} is not in the lock`
}

/** @param {string} path such as `node_modules/a/node_modules/b` */
const nameOf = (path) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

/**
 * Why the sources have to be compiled, or `undefined` when the last complete build was of these.
 * @param {string} digest of all sources and compiler settings
 * @param {string | undefined} builtDigest the same of the last build that succeeded
 */
export const buildReason = (digest, builtDigest) => {
  if (builtDigest === undefined) return 'nothing built yet'
  return builtDigest === digest ? undefined : 'sources changed'
}

/**
 * Compares the build folder with the sources, path by path: outputs whose source is gone (a deleted
 * test must not run any more), and sources the incremental compiler believes done though their
 * output has been deleted. Declarations (`.d.ts`) have no output.
 * @param {readonly string[]} sources such as `src/actors/cell.ts`
 * @param {readonly string[]} outputs inside the build folder, such as `src/actors/cell.js`
 */
export const compareOutputs = (sources, outputs) => {
  const compiled = sources.filter((path) => !path.endsWith('.d.ts'))
  const stems = new Set(compiled.map((path) => path.replace(/\.ts$/, '')))
  const present = new Set(outputs)
  return {
    stale: outputs.filter((path) => !stems.has(path.replace(/\.(d\.ts|js|js\.map)$/, ''))),
    missing: [...stems].filter((stem) => !present.has(`${stem}.js`)).map((stem) => `${stem}.ts`),
  }
}
