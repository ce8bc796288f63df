import type { ContainerSpec } from '../containerizer/index.ts'
import type { Resource, Volume } from '../protocol/index.ts'
import { identityOf, reservationRole } from '../resources/index.ts'

/** What is to be done to the disk for persistent volumes; in this order. */
export interface VolumeWork {
  /** Directories of volumes that are no more: they go with all that is in them. */
  readonly removed: readonly string[]
  /** Mounted disks whose volume is no more: they stay, and are emptied. */
  readonly emptied: readonly string[]
  /** Directories of new volumes: nothing is in them, whatever was there before. */
  readonly created: readonly string[]
  /** Absolute paths in sandboxes that lead to volumes. */
  readonly links: readonly { readonly path: string; readonly target: string }[]
  /** Whose the linked volumes are from now on; the agent's own user by default. */
  readonly user?: string
}

const nothing: VolumeWork = { removed: [], emptied: [], created: [], links: [] }

/**
 * Where a persistent volume is: `volumes/roles/<role>/<id>` in the work directory, or in the root that its disk names; a mounted
 * disk is one itself.
 * @see slave/paths.cpp of Apache Mesos, `getPersistentVolumePath`
 */
function volumePath(workDir: string, resource: Resource): string | undefined {
  const id = resource.disk?.persistence?.id
  if (id === undefined) return undefined
  const { source } = resource.disk ?? {}
  const absolute = (root: string): string => (root.startsWith('/') ? root : `${workDir}/${root}`)
  if (source?.type === 'MOUNT') {
    return source.mount?.root === undefined ? undefined : absolute(source.mount.root)
  }
  const root = source?.path?.root === undefined ? workDir : absolute(source.path.root)
  const role = reservationRole(identityOf(resource)).replaceAll('/', ' ')
  return `${root}/volumes/roles/${role}/${id}`
}

/** What changes on the disk when what an agent keeps becomes something else; undefined if nothing does. */
export function volumeChanges(
  workDir: string,
  before: readonly Resource[],
  after: readonly Resource[],
): VolumeWork | undefined {
  const [old, kept] = [pathsOf(workDir, before), pathsOf(workDir, after)]
  const gone = [...old].filter(([path]) => !kept.has(path))
  const removed = gone.flatMap(([path, isMount]) => (isMount ? [] : [path]))
  const emptied = gone.flatMap(([path, isMount]) => (isMount ? [path] : []))
  const created = [...kept].flatMap(([path, isMount]) => (isMount || old.has(path) ? [] : [path]))
  if (gone.length + created.length === 0) return undefined
  return { ...nothing, removed, emptied, created }
}

/** Path → whether it is a mounted disk as a whole. */
function pathsOf(workDir: string, resources: readonly Resource[]): ReadonlyMap<string, boolean> {
  return new Map(
    resources.flatMap((one) => {
      const path = volumePath(workDir, one)
      return path === undefined ? [] : [[path, one.disk?.source?.type === 'MOUNT'] as const]
    }),
  )
}

/** How a sandbox leads to the volumes among some resources; undefined if there are none. */
export function sandboxLinks(
  workDir: string,
  sandbox: string,
  resources: readonly Resource[],
): VolumeWork | undefined {
  const links = resources.flatMap((one) => {
    const target = volumePath(workDir, one)
    const inside = one.disk?.volume?.container_path.replace(/^\/+/, '')
    if (target === undefined || inside === undefined || inside === '') return []
    return inside.split('/').includes('..') ? [] : [{ path: `${sandbox}/${inside}`, target }]
  })
  return links.length === 0 ? undefined : { ...nothing, links }
}

/** How a container gets the volumes among some resources: by links, or mounted where it does not see the host's files. */
export function volumesOf(
  workDir: string,
  sandbox: string,
  resources: readonly Resource[],
  container: ContainerSpec['container'],
): Pick<ContainerSpec, 'container' | 'links'> {
  const links = sandboxLinks(workDir, sandbox, resources)?.links ?? []
  const own = container === undefined ? {} : { container }
  if (links.length === 0) return own
  const hasOwnFiles = container?.type === 'DOCKER' || container?.mesos?.image !== undefined
  if (container === undefined || !hasOwnFiles) return { ...own, links }
  const mounts = resources.flatMap((one): readonly Volume[] => {
    const { volume } = one.disk ?? {}
    const target = volumePath(workDir, one)
    if (target === undefined || volume === undefined) return []
    return [{ mode: volume.mode, container_path: volume.container_path, host_path: target }]
  })
  return { container: { ...container, volumes: [...(container.volumes ?? []), ...mounts] } }
}
