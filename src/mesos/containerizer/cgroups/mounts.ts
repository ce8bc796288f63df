/** What of the kernel bounds and counts; the names are those of both versions of cgroups. */
export type Controller = 'cpu' | 'cpuacct' | 'memory' | 'pids' | 'cpuset' | 'freezer'

/** Where the controllers of this machine are: one tree each (version 1), or one tree for all (version 2). */
export type CgroupMounts =
  | { readonly version: 1; readonly paths: Readonly<Partial<Record<Controller, string>>> }
  | { readonly version: 2; readonly path: string; readonly controllers: readonly string[] }

interface Mount {
  readonly point: string
  readonly type: string
  readonly options: readonly string[]
}

/**
 * The trees of cgroups below `hierarchy`, from the text of `/proc/self/mountinfo`. Version 1 where any of its controllers is mounted, for
 * a controller belongs to one version only; the controllers of version 2 are in a file of its tree.
 */
export function cgroupMounts(mountInfo: string, hierarchy: string): CgroupMounts | undefined {
  const mounts = mountInfo
    .split('\n')
    .map(mountOf)
    .filter((one) => one !== undefined)
    .filter(({ point }) => point === hierarchy || point.startsWith(`${hierarchy}/`))
  const paths: Partial<Record<Controller, string>> = {}
  for (const { point, type, options } of mounts) {
    if (type !== 'cgroup') continue
    for (const option of options) if (isController(option)) paths[option] ??= point
  }
  if (Object.keys(paths).length > 0) return { version: 1, paths }
  const unified = mounts.find(({ type }) => type === 'cgroup2')
  return unified && { version: 2, path: unified.point, controllers: [] }
}

function isController(name: string): name is Controller {
  return ['cpu', 'cpuacct', 'memory', 'pids', 'cpuset', 'freezer'].includes(name)
}

/** @see proc_pid_mountinfo(5) */
function mountOf(line: string): Mount | undefined {
  const [before = '', after] = line.split(' - ')
  const point = before.split(' ')[4]
  const [type = '', , options = ''] = after?.split(' ') ?? []
  return point === undefined || after === undefined
    ? undefined
    : { point: point.replaceAll('\\040', ' '), type, options: options.split(',') }
}
