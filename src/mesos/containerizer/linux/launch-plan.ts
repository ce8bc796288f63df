import { SANDBOX_IN_IMAGE, type VolumeMount } from '../volumes.ts'

/** What stands between a command and the machine. */
export interface LaunchPlan {
  /** Files through which it joins its cgroups. */
  readonly joins: readonly string[]
  readonly sandbox: string
  readonly hasPidNamespace: boolean
  readonly hasIpcNamespace: boolean
  readonly hasMountNamespace: boolean
  /** A name of its own for the host. */
  readonly hostname?: string
  /** A network of its own: the file by which it says that its namespace is there, and that by which it hears that it has joined. */
  readonly network?: { readonly readyFile: string; readonly joinedFile: string }
  readonly volumes: readonly VolumeMount[]
  /** Its own root file system, over what an image holds. */
  readonly root?: RootPlan
  /** Options of `prlimit`. */
  readonly rlimits: readonly string[]
  /** Whom it runs as; the agent's own user otherwise. */
  readonly user?: string
  /** Where it says what keeps it from starting, that it has started, and, with a namespace for processes, how the command ended. */
  readonly errorsFile: string
  readonly startedFile: string
  readonly statusFile: string
}

export interface RootPlan {
  /** An unpacked image, which stays as it is: directories in `base`, the lowest first. */
  readonly base: string
  readonly layers: readonly string[]
  /** Of the container alone: what it changes is in it. Absolute, with `root`, `upper` and `work` in it. */
  readonly directory: string
  /** Its variables, none of which come from the agent's own environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly workingDirectory?: string
}

/** The devices that each container has. @see linux_devices: Documentation/admin-guide/devices.txt */
const DEVICES = ['null 1 3', 'zero 1 5', 'full 1 7', 'random 1 8', 'urandom 1 9', 'tty 5 0']
const OF_NETWORK = ['/etc/resolv.conf', '/etc/hosts']

/**
 * The program that makes a process a container, to be put before a command line. It is util-linux's `unshare` and a shell:
 * Node can't enter namespaces itself. Whatever it mounts is gone with the container's mount namespace.
 */
export function launcherOf(plan: LaunchPlan): readonly [string, ...string[]] {
  const script = launchScript(plan)
  const shell = ['/bin/sh', '-c', script, 'sh'] as const
  const { hasPidNamespace, hasIpcNamespace, hostname, network } = plan
  if (!hasNamespaces(plan)) return shell
  const flags = [
    // Also with others only, so that `/proc` can be the container's own.
    '--mount',
    '--propagation=slave',
    ...(hasIpcNamespace ? ['--ipc'] : []),
    ...(hostname === undefined ? [] : ['--uts']),
    ...(network === undefined ? [] : ['--net']),
    // What started it is not in it: the first process of a new namespace is its child.
    ...(hasPidNamespace ? ['--pid', '--fork', '--kill-child=SIGKILL'] : []),
  ].join(' ')
  // What `unshare` itself says is none of the command's output.
  const lines = [
    redirect(plan),
    'script=$1',
    'shift',
    `exec unshare ${flags} -- /bin/sh -c "$script" sh "$@"`,
  ]
  return ['/bin/sh', '-c', lines.join('\n'), 'sh', script]
}

function hasNamespaces(plan: LaunchPlan): boolean {
  const { hasPidNamespace, hasIpcNamespace, hasMountNamespace, hostname, network } = plan
  const hasName = hostname !== undefined
  return hasPidNamespace || hasIpcNamespace || hasMountNamespace || hasName || network !== undefined
}

/** Until the command runs, errors are not its own. */
function redirect({ errorsFile }: LaunchPlan): string {
  return `exec 3>&2 2>${quoted(errorsFile)}`
}

/** What the shell does before it becomes the command, which is `"$@"`. */
export function launchScript(plan: LaunchPlan): string {
  const { joins, hostname, root, volumes, hasPidNamespace, startedFile } = plan
  return [
    'set -e',
    ...(hasNamespaces(plan) ? [] : [redirect(plan)]),
    ...joins.map((path) => `echo 0 >${quoted(path)}`),
    ...(hostname === undefined ? [] : [`hostname ${quoted(hostname)}`]),
    ...(plan.user === undefined
      ? []
      : [`uid=$(id -u ${quoted(plan.user)})`, `gid=$(id -g ${quoted(plan.user)})`]),
    ...(plan.network === undefined ? [] : networkLines(plan.network)),
    'unshare=$(command -v unshare)',
    'env=$(command -v env)',
    ...(plan.rlimits.length === 0 ? [] : ['prlimit=$(command -v prlimit)']),
    ...(root === undefined
      ? hasPidNamespace
        ? ['mount -t proc proc /proc']
        : []
      : rootLines(root, plan)),
    ...volumes.flatMap((one) => volumeLines(one, plan)),
    ...(root === undefined ? [] : [`cd ${quoted(`${root.directory}/root`)}`, 'mount --move . /']),
    `: >${quoted(startedFile)}`,
    'exec 2>&3 3>&-',
    ...runLines(plan),
  ].join('\n')
}

/** Whoever started it sees to its network. */
function networkLines({
  readyFile,
  joinedFile,
}: NonNullable<LaunchPlan['network']>): readonly string[] {
  return [
    `: >${quoted(readyFile)}`,
    `while [ ! -e ${quoted(joinedFile)} ]; do sleep 0.01; done`,
    'ip link set lo up',
  ]
}

function rootLines(root: RootPlan, plan: LaunchPlan): readonly string[] {
  const at = (path: string): string => quoted(`${root.directory}/root${path}`)
  const { base, directory } = root
  const lower = root.layers.toReversed().join(':')
  const layers = `lowerdir=${lower},upperdir=${directory}/upper,workdir=${directory}/work`
  return [
    `mkdir -p ${quoted(`${directory}/upper`)} ${quoted(`${directory}/work`)} ${at('')}`,
    // Named from there they are short: the options of a mount have one page.
    `cd ${quoted(base)}`,
    `mount -t overlay overlay -o ${quoted(layers)} ${at('')}`,
    `mkdir -p ${at('/proc')} ${at('/sys')} ${at('/dev')} ${at('/tmp')} ${at('/etc')} ${at(SANDBOX_IN_IMAGE)}`,
    plan.hasPidNamespace
      ? `mount -t proc proc ${at('/proc')}`
      : `mount --rbind /proc ${at('/proc')}`,
    `mount -t sysfs -o ro,nosuid,nodev,noexec sysfs ${at('/sys')}`,
    `mount -t tmpfs -o mode=755,nosuid tmpfs ${at('/dev')}`,
    ...DEVICES.map((device) => {
      const [name = '', ...numbers] = device.split(' ')
      return `mknod -m 666 ${at(`/dev/${name}`)} c ${numbers.join(' ')}`
    }),
    `mkdir ${at('/dev/pts')} ${at('/dev/shm')}`,
    `mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts ${at('/dev/pts')}`,
    `mount -t tmpfs -o mode=1777,nosuid,nodev tmpfs ${at('/dev/shm')}`,
    `ln -s pts/ptmx ${at('/dev/ptmx')}`,
    `ln -s /proc/self/fd ${at('/dev/fd')}`,
    ...['stdin', 'stdout', 'stderr'].map((name, i) => `ln -s fd/${i} ${at(`/dev/${name}`)}`),
    // It shares the network of its host, and so the names of others.
    ...OF_NETWORK.map(
      (path) => `if [ -f ${path} ]; then ${bind(quoted(path), at(path), false)}; fi`,
    ),
    bind(quoted(plan.sandbox), at(SANDBOX_IN_IMAGE), true),
  ]
}

function volumeLines(volume: VolumeMount, plan: LaunchPlan): readonly string[] {
  const { root, sandbox } = plan
  const from = quoted(volume.from)
  const base = volume.isInSandbox ? sandbox : root === undefined ? '' : `${root.directory}/root`
  // The sandbox is a mount of its own in there: what is mounted below it outside is not seen inside.
  const inside =
    root !== undefined && volume.isInSandbox
      ? `${root.directory}/root${SANDBOX_IN_IMAGE}/${volume.to}`
      : `${base}${volume.isInSandbox ? '/' : ''}${volume.to}`
  const to = quoted(inside)
  const fence = root === undefined ? (volume.isInSandbox ? sandbox : '') : `${root.directory}/root`
  return [
    ...(volume.isOwn ? [`mkdir -p ${from}`] : []),
    // Links of an image lead anywhere.
    `case $(realpath -m -- ${to}) in ${quoted(fence)}/*) ;; *) echo ${quoted(`The path ${volume.to} leads out of the container`)} >&2; exit 1;; esac`,
    root === undefined && !volume.isInSandbox
      ? `mount --bind ${from} ${to}`
      : `if [ -d ${from} ]; then ${bind(from, to, true)}; else ${bind(from, to, false)}; fi`,
    ...(volume.isReadOnly ? [`mount -o remount,bind,ro ${to}`] : []),
  ]
}

/** Mounts a directory or a file; where it is to be is made. */
function bind(from: string, to: string, isDirectory: boolean): string {
  const make = isDirectory
    ? `mkdir -p ${to}`
    : `{ mkdir -p "$(dirname ${to})" && [ -e ${to} ] || : >${to}; }`
  return `${make} && mount --bind ${from} ${to}`
}

function runLines(plan: LaunchPlan): readonly string[] {
  const { root, user, hasPidNamespace } = plan
  const identity = user === undefined ? '' : ' --setgid "$gid" --setuid "$uid"'
  const workingDirectory = root?.workingDirectory ?? SANDBOX_IN_IMAGE
  const bounds = plan.rlimits.length === 0 ? '' : `"$prlimit" ${plan.rlimits.join(' ')} -- `
  const run =
    root === undefined
      ? user === undefined
        ? '"$@"'
        : `"$unshare"${identity} -- "$@"`
      : `"$env" -i ${assignments(root.environment)} "$unshare" --root=. --wd=${quoted(workingDirectory)}${identity} -- "$@"`
  const command = `${bounds}${run}`
  // The first process of a namespace does not end by SIGTERM: this shell is it, and the command is its child.
  return hasPidNamespace
    ? [
        'set +e',
        command,
        'status=$?',
        `printf %s "$status" >${quoted(plan.statusFile)}`,
        'exit "$status"',
      ]
    : [`exec ${command}`]
}

/** What the process is that a further command is put beside. */
export interface EnterPlan extends Pick<
  LaunchPlan,
  | 'joins'
  | 'hasPidNamespace'
  | 'hasIpcNamespace'
  | 'hasMountNamespace'
  | 'hostname'
  | 'network'
  | 'user'
> {
  readonly pid: number
  readonly root?: Pick<RootPlan, 'environment' | 'workingDirectory'>
}

/** The program that takes a further command into a container. */
export function entererOf(plan: EnterPlan): readonly [string, ...string[]] {
  const { joins, pid, root, user, hasPidNamespace, hasIpcNamespace, hasMountNamespace } = plan
  const { hostname, network } = plan
  const flags = [
    ...(hasMountNamespace || hasPidNamespace ? ['--mount'] : []),
    ...(hasPidNamespace ? ['--pid'] : []),
    ...(hasIpcNamespace ? ['--ipc'] : []),
    ...(hostname === undefined ? [] : ['--uts']),
    ...(network === undefined ? [] : ['--net']),
    ...(user === undefined ? [] : ['--setgid "$gid" --setuid "$uid"']),
    ...(root === undefined ? [] : [`--wdns=${quoted(root.workingDirectory ?? SANDBOX_IN_IMAGE)}`]),
  ]
  const clean = root === undefined ? '' : `"$(command -v env)" -i ${assignments(root.environment)} `
  const enter = `"$(command -v nsenter)" --target ${pid} ${flags.join(' ')} -- `
  const lines = [
    'set -e',
    ...joins.map((path) => `echo 0 >${quoted(path)}`),
    ...(user === undefined ? [] : [`uid=$(id -u ${quoted(user)})`, `gid=$(id -g ${quoted(user)})`]),
    `exec ${clean}${flags.length === 0 ? '' : enter}"$@"`,
  ]
  return ['/bin/sh', '-c', lines.join('\n'), 'sh']
}

function assignments(environment: Readonly<Record<string, string>>): string {
  return Object.entries(environment)
    .map(([name, value]) => quoted(`${name}=${value}`))
    .join(' ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
