import type { Environment } from '../../platform/index.ts'
import { MesosError } from '../errors.ts'
import type { CommandUri } from '../protocol/index.ts'
import { extractionOf } from './archive.ts'
import { contentLength, download } from './download.ts'
import type { SandboxLog } from './sandbox-log.ts'
import { fileNameOf, sourceOf, type Source } from './uri.ts'

/** What all items of one run share. */
export interface Run {
  readonly environment: Pick<Environment, 'clock' | 'disk' | 'http' | 'processes'>
  readonly sandbox: string
  readonly cacheDirectory: string
  readonly frameworksHome: string | undefined
  readonly stallTimeoutMs: number
  readonly log: SandboxLog
  readonly signal: AbortSignal
}

const EXECUTABLE = 0o755

/**
 * Has one item in the sandbox, straight from where it is: unpacked if it is an archive that is to be unpacked, and then its
 * archive stays beside. Answers with where it is.
 * @throws TROUPE_MESOS_FETCH_FAILED
 */
export async function fetchDirectly(run: Run, uri: CommandUri): Promise<string> {
  await run.log.write('I', `Fetching '${uri.value}' directly into the sandbox directory`)
  const path = await placeOf(run, uri)
  const isExecutable = uri.executable === true
  await transfer(run, uri.value, path, isExecutable ? EXECUTABLE : undefined)
  if (isExecutable || uri.extract === false) return path
  return (await isExtracted(run, uri, path, lastOf(path))) ? run.sandbox : path
}

/**
 * Has one item in the sandbox that is in the cache already.
 * @throws TROUPE_MESOS_FETCH_FAILED
 */
export async function fetchFromCache(run: Run, uri: CommandUri, file: string): Promise<string> {
  await run.log.write('I', `Fetching URI '${uri.value}' from cache`)
  const path = await placeOf(run, uri)
  const cached = `${run.cacheDirectory}/${file}`
  const isExecutable = uri.executable === true
  const isWanted = !isExecutable && uri.extract !== false
  if (isWanted && (await isExtracted(run, uri, cached, nameOf(uri.value)))) return run.sandbox
  await copy(run, cached, path, isExecutable ? EXECUTABLE : undefined)
  return path
}

/**
 * Brings a file to the cache. Answers with its bytes.
 * @throws TROUPE_MESOS_FETCH_FAILED
 */
export async function fetchIntoCache(run: Run, uri: CommandUri, file: string): Promise<number> {
  await run.log.write('I', 'Downloading into cache')
  return transfer(run, uri.value, `${run.cacheDirectory}/${file}`, undefined)
}

/**
 * How many bytes the file of a URI has, before it is fetched.
 * @throws TROUPE_MESOS_FETCH_FAILED
 */
export async function sizeOf(run: Run, uri: CommandUri): Promise<number> {
  const source = found(uri.value, run.frameworksHome)
  if (source.type === 'net') return contentLength(run, source.url)
  const info = await run.environment.disk.stat(source.path)
  if (info !== undefined && !info.isDirectory) return info.sizeBytes
  throw failed(`Could not determine size of URI '${uri.value}'`)
}

/** Where in the sandbox the file is to be; the folders to it are made, and none leads out. */
async function placeOf(run: Run, uri: CommandUri): Promise<string> {
  const { disk } = run.environment
  const name = uri.output_file ?? nameOf(uri.value)
  const path = `${run.sandbox}/${name}`
  const folder = path.slice(0, path.lastIndexOf('/'))
  // Some archive may have put links there: each folder is looked at before the next is made in it.
  const home = await disk.realPath(run.sandbox)
  let at = run.sandbox
  for (const part of folder.slice(run.sandbox.length).split('/')) {
    if (part === '') continue
    at = `${at}/${part}`
    if ((await disk.stat(at)) === undefined) await disk.makeDirectory(at).catch(unmade(name))
    const real = await disk.realPath(at)
    if (home === undefined || real?.startsWith(`${home}/`) !== true) {
      throw failed(`'${name}' leads out of the sandbox directory`)
    }
  }
  return path
}

function unmade(name: string): (cause: unknown) => never {
  return (cause) => {
    const folder = name.slice(0, name.lastIndexOf('/'))
    throw failed(`Unable to create subdirectory ${folder} in sandbox`, cause)
  }
}

async function transfer(
  run: Run,
  uri: string,
  to: string,
  mode: number | undefined,
): Promise<number> {
  const source = found(uri, run.frameworksHome)
  if (source.type === 'file') return copy(run, source.path, to, mode)
  await run.log.write('I', `Downloading resource from '${source.url}' to '${to}'`)
  return download(run, source.url, to, mode)
}

function found(
  uri: string,
  frameworksHome: string | undefined,
): Exclude<Source, { readonly type: 'refused' }> {
  const source = sourceOf(uri, frameworksHome)
  if (source.type === 'refused') throw failed(source.problem)
  return source
}

function nameOf(uri: string): string {
  const name = fileNameOf(uri)
  if ('name' in name) return name.name
  throw failed(`Failed to determine the basename of the URI '${uri}' with error: ${name.problem}`)
}

const PIECE_BYTES = 1024 * 1024

/** Copies a file with its mode, unless another is given. */
async function copy(
  { environment: { disk }, log, signal }: Run,
  from: string,
  to: string,
  mode: number | undefined,
): Promise<number> {
  let bytes = 0
  try {
    const details = await disk.describe(from)
    const reading = await disk.open(from)
    try {
      // A link there is not written through.
      await disk.remove(to)
      const writing = await disk.create(to, { mode: mode ?? details?.mode ?? 0o644 })
      try {
        for (;;) {
          const piece = await reading.read(bytes, PIECE_BYTES)
          if (piece.byteLength === 0) break
          if (signal.aborted) throw failed('the container is not wanted any more')
          await writing.append(piece)
          bytes += piece.byteLength
        }
      } finally {
        await writing.close()
      }
    } finally {
      await reading.close()
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw failed(`Failed to copy '${from}': ${why}`, cause)
  }
  await log.write('I', `Copied resource '${from}' to '${to}'`)
  return bytes
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Unpacks the archive at `path` into the sandbox; false if its name says that it is none, which is told. */
async function isExtracted(
  run: Run,
  uri: CommandUri,
  path: string,
  name: string,
): Promise<boolean> {
  const { sandbox, log } = run
  const extraction = extractionOf(path, name, sandbox)
  if (extraction === undefined) {
    await log.write(
      'W',
      "Copying instead of extracting resource from URI with 'extract' flag, because it does not seem to be an " +
        `archive: ${uri.value}`,
    )
    return false
  }
  const { command, args, output } = extraction
  const shown = [command, ...args].join(' ')
  await log.write('I', `Extracting with command: ${shown}`)
  if (output !== undefined) await run.environment.disk.remove(output)
  await runTool(run, command, args, output ?? `${sandbox}/stdout`, 'extract')
  await log.write('I', `Extracted '${path}' into '${sandbox}'`)
  return true
}

/**
 * Gives all that is in the sandbox to a user.
 * @throws TROUPE_MESOS_FETCH_FAILED
 */
export async function giveSandbox(run: Run, user: string): Promise<void> {
  const args = ['-hR', user, run.sandbox]
  await runTool(run, 'chown', args, `${run.sandbox}/stdout`, 'give the sandbox to its user')
}

/** Runs a tool of the machine to its end; what it complains of is in the sandbox' `stderr`. */
async function runTool(
  { environment, sandbox, signal: stop }: Run,
  command: string,
  args: readonly string[],
  stdout: string,
  what: string,
): Promise<void> {
  const shown = [command, ...args].join(' ')
  const child = await environment.processes
    .start({ command, args, detached: true, stdout, stderr: `${sandbox}/stderr` })
    .catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw failed(`Failed to ${what}: command ${shown}: ${why}`, cause)
    })
  const kill = (): void => child.kill('SIGKILL')
  stop.addEventListener('abort', kill)
  if (stop.aborted) kill()
  const { code, signal } = await child.exited
  stop.removeEventListener('abort', kill)
  if (code === 0) return
  const how =
    code === undefined ? `terminated with signal ${signal ?? ''}` : `exited with status ${code}`
  throw failed(`Failed to ${what}: command ${shown} ${how}`)
}

function failed(why: string, cause?: unknown): MesosError {
  return new MesosError('TROUPE_MESOS_FETCH_FAILED', why, { cause })
}
