import type { CommandInfo } from '../../protocol/index.ts'

/** An image as directories, and what it says of how to run it. */
export interface UnpackedImage {
  /** An absolute path. */
  readonly base: string
  /** Directories in `base` that lie over one another, the lowest first; never written to once they are there. */
  readonly layers: readonly string[]
  readonly config: ImageConfig
  /** The command of a container, with the image's own where it leaves something out. */
  commandOf(command: CommandInfo): CommandInfo
}

export interface ImageConfig {
  readonly environment: Readonly<Record<string, string>>
  readonly workingDirectory?: string
  readonly entrypoint: readonly string[]
  readonly arguments: readonly string[]
}

/** What the JSON of an image says of how to run it; empty where it says nothing. @see OCI image spec, config.md */
export function imageConfig(json: unknown): ImageConfig {
  const config = recordOf(recordOf(json)['config'])
  const workingDirectory = config['WorkingDir']
  return {
    environment: Object.fromEntries(
      textsOf(config['Env']).map((one) => {
        const at = one.indexOf('=')
        return at < 0 ? [one, ''] : [one.slice(0, at), one.slice(at + 1)]
      }),
    ),
    ...(typeof workingDirectory === 'string' && workingDirectory !== '' && { workingDirectory }),
    entrypoint: textsOf(config['Entrypoint']),
    arguments: textsOf(config['Cmd']),
  }
}

/**
 * What is run where a command leaves something to the image: nothing of a shell's; without a `value` the image's entry point,
 * with the command's arguments or else the image's. @see docs/container-image.md of Apache Mesos 1.11, "docker/runtime"
 */
export function commandOfImage(image: ImageConfig, command: CommandInfo): CommandInfo {
  const { shell = true, value, arguments: own = [] } = command
  if (shell) return command
  if (value !== undefined) return command
  // The first of a command's arguments is only a name.
  const given = own.length > 0 ? own.slice(1) : image.arguments
  const [executable, ...rest] = [...image.entrypoint, ...given]
  if (executable === undefined) return command
  return { ...command, value: executable, arguments: [executable, ...rest] }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
