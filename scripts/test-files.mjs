/**
 * The pattern by which ava knows a test: sources are named on the command line, compiled files run.
 * Options and whatever is already a pattern of compiled files stay as they are.
 * @param {string} argument such as `test/actors`, `./test/actors/cell.test.ts` or `--match=*`
 */
export const compiledPattern = (argument) => {
  const path = argument.replace(/^\.\//, '').replace(/\/$/, '')
  if (!isTestPath(path) || path.endsWith('.mjs')) return argument
  if (/\.(ts|js)$/.test(path)) return `build/${path.replace(/\.ts$/, '.js')}`
  return `**/${path}/**`
}

/**
 * Whether a command line names a file or folder of tests by this, and not an option.
 * @param {string} argument
 */
export const isTestPath = (argument) => /^(\.\/)?test(\/|$)/.test(argument)
