import { InvalidArgumentError, Option } from '../command-line.ts'
import type { NodeOptions } from '../../actors/index.ts'
import type { Disk } from '../../platform/index.ts'

/** What the flags of a command that starts a node say. */
export interface NodeFlags {
  readonly host: string
  readonly port: number
  readonly secretFile?: string
  readonly addressFile?: string
  readonly endWith?: number
}

export const hostFlag = (): Option =>
  new Option('--host <host>', 'address to listen on').default('127.0.0.1')

export const portFlag = (port: number): Option =>
  new Option('--port <port>', 'port to listen on; 0 takes any free one')
    .argParser(wholeNumber('a port', 0, 65_535))
    .default(port)

export const secretFlag = (): Option =>
  new Option(
    '--secret-file <file>',
    'file with the secret that all nodes share; required off loopback',
  )

export const addressFlag = (): Option =>
  new Option(
    '--address-file <file>',
    'write host:port of its line there once it listens, and below it the URL of its HTTP door',
  )

export const endWithFlag = (): Option =>
  new Option('--end-with <pid>', 'end as soon as that process is gone').argParser(
    wholeNumber('a pid', 1, 2 ** 31 - 1),
  )

/** Options for a node from its flags. @throws TROUPE_PLATFORM_FILE_UNREADABLE */
export async function nodeOptionsOf(disk: Disk, flags: NodeFlags): Promise<NodeOptions> {
  const { host, port } = flags
  return { host, port, ...(await secretOf(disk, flags.secretFile)) }
}

/** The secret in a file, without the white space around it. */
export async function secretOf(
  disk: Disk,
  file: string | undefined,
): Promise<{ readonly secret?: string }> {
  if (file === undefined) return {}
  return { secret: new TextDecoder().decode(await disk.readFile(file)).trim() }
}

/** Writes the addresses of line and door aside and renames, so that whoever waits for the file finds it whole. */
export async function writeAddress(
  disk: Disk,
  file: string | undefined,
  line: string,
  door: string | undefined,
): Promise<void> {
  if (file === undefined) return
  await disk.writeFile(
    `${file}.part`,
    new TextEncoder().encode(`${line}\n${door === undefined ? '' : `http://${door}\n`}`),
  )
  await disk.rename(`${file}.part`, file)
}

/** Reads a whole number; says what it takes otherwise. */
export function wholeNumber(what: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`${what} is a whole number from ${min} to ${max}.`)
  }
}
