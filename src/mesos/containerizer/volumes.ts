import { MesosError } from '../errors.ts'
import type { Volume } from '../protocol/index.ts'

/** Where the sandbox is in a container that has a root file system of its own (`--sandbox_directory`). */
export const SANDBOX_IN_IMAGE = '/mnt/mesos/sandbox'

/** One directory or file that is seen at a second place. */
export interface VolumeMount {
  /** An absolute path of the host. */
  readonly from: string
  /** Absolute, as the container sees it; or below the sandbox, if `isInSandbox`. */
  readonly to: string
  readonly isInSandbox: boolean
  readonly isReadOnly: boolean
  /** Whether `from` is to be made where it is missing: it is the container's own. */
  readonly isOwn: boolean
}

/** What volumes mean for a container with this sandbox. @throws TROUPE_MESOS_CONTAINER_UNSUPPORTED */
export function volumeMounts(
  sandbox: string,
  volumes: readonly Volume[] = [],
): readonly VolumeMount[] {
  return volumes.map((volume) => {
    const path = hostPathOf(volume)
    const { container_path: to, mode } = volume
    const isInSandbox = !to.startsWith('/')
    if (isInSandbox && climbs(to)) throw unsupported(`The path ${to} leads out of the sandbox`)
    const isOwn = !path.startsWith('/')
    if (isOwn && climbs(path)) throw unsupported(`The path ${path} leads out of the sandbox`)
    const from = isOwn ? `${sandbox}/${path}` : path
    return { from, to, isInSandbox, isReadOnly: mode === 'RO', isOwn }
  })
}

function hostPathOf({ container_path, host_path, source }: Volume): string {
  if (host_path !== undefined) return host_path
  const path = source?.host_path?.path ?? source?.sandbox_path?.path
  if (path !== undefined && source?.sandbox_path?.type !== 'PARENT') return path
  throw unsupported(
    `The volume at ${container_path} has no host_path: others than those of the host and of the sandbox are not supported`,
  )
}

function climbs(path: string): boolean {
  return path.split('/').includes('..')
}

/** A container that can't be had as it is asked for. */
export function unsupported(message: string): MesosError {
  return new MesosError('TROUPE_MESOS_CONTAINER_UNSUPPORTED', message, { data: {} })
}
