/** How an archive is unpacked: a command, and the file that takes what it writes, if it writes. */
export interface Extraction {
  readonly command: string
  readonly args: readonly string[]
  readonly output?: string
}

const TAR = /\.(tar|tgz|tar\.gz|tbz2|tar\.bz2|txz|tar\.xz)$/

/**
 * How the file at `path`, which goes by `name`, is unpacked into `directory`; undefined if its name is not that of an
 * archive.
 */
export function extractionOf(
  path: string,
  name: string,
  directory: string,
): Extraction | undefined {
  // What is unpacked belongs to whom the agent runs as, whoever packed it.
  if (TAR.test(name)) return { command: 'tar', args: ['-C', directory, '-xof', path] }
  if (name.endsWith('.zip')) return { command: 'unzip', args: ['-o', '-d', directory, path] }
  const [, plain] = /^(.+)\.gz$/.exec(name) ?? []
  if (plain === undefined) return undefined
  return { command: 'gzip', args: ['-dc', path], output: `${directory}/${plain}` }
}
