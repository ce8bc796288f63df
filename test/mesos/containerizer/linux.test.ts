import { existsSync, readdirSync, readFileSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import { writeDockerArchive } from './image.ts'
import { RealContainers } from './rig.ts'

const MEBIBYTE = 1024 * 1024
const why = whyNot()
if (why !== undefined) console.log(`skipped: containers by cgroups and namespaces: ${why}`)
/** One after another: each looks at what is left of all. */
const linux = why === undefined ? test.serial : test.serial.skip

function whyNot(): string | undefined {
  if (process.platform !== 'linux') return `this is ${process.platform}`
  if (process.getuid?.() !== 0) return 'this is not root'
  return existsSync('/sys/fs/cgroup') ? undefined : 'there are no cgroups'
}

/** Directories of cgroups that tests have made. */
function cgroupsLeft(containers: RealContainers): readonly string[] {
  return readdirSync('/sys/fs/cgroup')
    .map((tree) => `/sys/fs/cgroup/${tree}/${containers.cgroupsRoot}`)
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => `${path}/${name}`),
    )
}

async function nothingIsLeft(t: ExecutionContext, containers: RealContainers): Promise<void> {
  t.deepEqual(cgroupsLeft(containers), [])
  t.false(readFileSync('/proc/self/mountinfo', 'utf8').includes(containers.directory))
  const { disk } = containers.environment
  const run = `${containers.directory}/run`
  t.deepEqual((await disk.stat(run)) === undefined ? [] : await disk.list(run), [])
}

linux('more memory than was given ends a container, with the reason', async (t) => {
  const containers = await RealContainers.start({ isolation: 'cgroups/cpu,cgroups/mem' })
  t.teardown(() => containers.end())
  const run = containers.run('head -c 200000000 /dev/zero | tail -c 200000000 | sleep 1000', {
    resources: { cpus: 1, memBytes: 32 * MEBIBYTE },
  })
  const { limitation } = await run.next('container-exited')
  t.is(limitation?.reason, 'REASON_CONTAINER_LIMITATION_MEMORY')
  t.regex(
    limitation?.message ?? '',
    /^Memory limit exceeded: Requested: 32MB Maximum Used: 32MB\n\nMEMORY STATISTICS: \n/,
  )
  t.deepEqual(limitation?.resources, [{ name: 'mem', type: 'SCALAR', scalar: { value: 32 } }])
  await nothingIsLeft(t, containers)
})

linux(
  'containers of a pod are bounded together, and one that ends leaves the others theirs',
  async (t) => {
    const containers = await RealContainers.start({ isolation: 'cgroups/cpu,cgroups/mem' })
    t.teardown(() => containers.end())
    const pod = { containerId: `pod-${process.pid}`, sandbox: `${containers.directory}/pod` }
    const resources = { cpus: 1, memBytes: 64 * MEBIBYTE }
    const hold = (mebibytes: number): string =>
      `head -c ${mebibytes * MEBIBYTE} /dev/zero | tail -c ${mebibytes * MEBIBYTE} | sleep 1000`
    const [one, two] = [hold(40), 'sleep 1000'].map((command) =>
      containers.run(command, { resources, pod }),
    )
    await one?.next('container-started')
    await two?.next('container-started')
    const memory = `/sys/fs/cgroup/memory/${containers.cgroupsRoot}/${pod.containerId}`
    const bound = (): number =>
      Number(readFileSync(`${memory}/memory.limit_in_bytes`, 'utf8').trim()) / MEBIBYTE
    t.is(bound(), 64)
    const used = (): number =>
      Number(readFileSync(`${memory}/memory.usage_in_bytes`, 'utf8').trim())
    await containers.until(async () => used() > 40 * MEBIBYTE)
    // Alone it would fit; together they are too much.
    const three = containers.run(hold(40), { resources, pod })
    const exits = [one, three].map(async (run) => (await run?.next('container-exited'))?.limitation)
    const ends = await Promise.race(exits)
    t.is(ends?.reason, 'REASON_CONTAINER_LIMITATION_MEMORY')
    t.regex(ends?.message ?? '', /^Memory limit exceeded: Requested: 64MB Maximum Used: 64MB\n/)
    two?.ref.tell({ type: 'update', resources: { cpus: 1, memBytes: 96 * MEBIBYTE } })
    await containers.until(async () => bound() === 96)
    for (const run of [one, two, three]) run?.ref.tell({ type: 'destroy' })
    await Promise.all([...exits, two?.next('container-exited')])
    await containers.until(async () => !existsSync(memory))
    await nothingIsLeft(t, containers)
  },
)

linux(
  'processors are bounded when --cgroups_enable_cfs says so, and the throttling is counted',
  async (t) => {
    const containers = await RealContainers.start({ isolation: 'cgroups/cpu', enablesCfs: true })
    t.teardown(() => containers.end())
    const run = containers.run('while :; do :; done', { resources: { cpus: 0.1 } })
    await run.next('container-started')
    // How long it was held back is counted when it goes on: later than how often.
    const heldBack = async (): Promise<number> =>
      (await run.statistics())?.cpus_throttled_time_secs ?? 0
    await containers.until(async () => (await heldBack()) > 0)
    const statistics = await run.statistics()
    t.is(statistics?.cpus_limit, 0.1)
    t.true((statistics?.cpus_nr_throttled ?? 0) > 0)
    run.ref.tell({ type: 'update', resources: { cpus: 2 } })
    await containers.until(async () => (await run.statistics())?.cpus_limit === 2)
    run.ref.tell({ type: 'destroy' })
    t.deepEqual((await run.next('container-exited')).exit, { code: undefined, signal: 'SIGKILL' })
    await nothingIsLeft(t, containers)
  },
)

linux('destroy ends what has left its session too', async (t) => {
  const containers = await RealContainers.start({
    isolation: 'cgroups/pids,cgroups/cpuset',
    maxPids: 20,
  })
  t.teardown(() => containers.end())
  const run = containers.run('setsid sleep 1000 & echo $!; wait')
  await run.next('container-started')
  await containers.until(async () => /\d+\n/.test(await run.output().catch(() => '')))
  t.is((await run.statistics())?.processes, 2)
  run.ref.tell({ type: 'destroy' })
  await run.next('container-exited')
  const pid = Number(await run.output())
  t.is(containers.environment.processes.startMark(pid), undefined)
  await nothingIsLeft(t, containers)
})

linux('a container has processes and a host name of its own', async (t) => {
  const containers = await RealContainers.start({ isolation: 'namespaces/pid,namespaces/ipc' })
  t.teardown(() => containers.end())
  const run = containers.run('hostname; ls -d /proc/[0-9]* | wc -l; sleep 1000; exit 9', {
    container: { type: 'MESOS', hostname: 'inside' },
  })
  await containers.until(async () => (await run.output().catch(() => '')).split('\n').length > 2)
  const [name, processes] = (await run.output()).split('\n')
  t.is(name, 'inside')
  t.true(Number(processes) < 8)
  t.deepEqual(await run.exec('hostname; exit 5'), {
    type: 'exec-ended',
    exit: { code: 5, signal: undefined },
  })
  t.true((await run.output()).endsWith('inside\n'))
  run.ref.tell({ type: 'signal', signal: 'SIGTERM' })
  t.deepEqual((await run.next('container-exited')).exit, { code: undefined, signal: 'SIGTERM' })

  const killed = containers.run('sleep 1000')
  await killed.next('container-started')
  killed.ref.tell({ type: 'destroy' })
  t.deepEqual((await killed.next('container-exited')).exit, { code: undefined, signal: 'SIGKILL' })
  t.is(await killed.output('stderr'), '')
  await nothingIsLeft(t, containers)
})

/** Its own tree, or the one besides those of version 1. */
const unified = ['/sys/fs/cgroup/unified', '/sys/fs/cgroup'].find((path) =>
  existsSync(`${path}/cgroup.controllers`),
)
if (unified === undefined) console.log('skipped: cgroups of version 2: there are none here')

const onVersion2 = unified === undefined || why !== undefined ? test.serial.skip : test.serial

onVersion2('cgroups of version 2 end a whole tree, too', async (t) => {
  const containers = await RealContainers.start({
    isolation: 'namespaces/pid',
    cgroupsHierarchy: unified ?? '',
  })
  t.teardown(() => containers.end())
  const run = containers.run('setsid sleep 1000 & echo ready; wait')
  await run.next('container-started')
  await containers.until(async () => (await run.output().catch(() => '')) === 'ready\n')
  t.is((await run.statistics())?.processes, 3)
  t.is((await run.exec('exit 4')).type, 'exec-ended')
  run.ref.tell({ type: 'destroy' })
  t.deepEqual((await run.next('container-exited')).exit, { code: undefined, signal: 'SIGKILL' })
  t.false(existsSync(`${unified ?? ''}/${containers.cgroupsRoot}`))
  await nothingIsLeft(t, containers)
})

linux('what an agent before has left is found again, or ended', async (t) => {
  const containers = await RealContainers.start({ isolation: 'cgroups/cpu,cgroups/mem' })
  t.teardown(() => containers.end())
  const [one, other] = ['one', 'other'].map((containerId) =>
    containers.run('sleep 1000', {
      containerId,
      outlivesAgent: true,
      resources: { cpus: 0.5, memBytes: 64 * MEBIBYTE },
    }),
  )
  const { pid, mark = '' } = (await one?.next('container-started')) ?? { pid: 0 }
  const orphan = (await other?.next('container-started'))?.pid ?? 0
  await containers.forget()
  t.is(await containers.recover(['one']), 1)
  await containers.until(async () => !containers.environment.processes.isAlive(orphan))
  const found = containers.run('sleep 1000', { containerId: 'one', running: { pid, mark } })
  await found.next('container-started')
  t.is((await found.statistics())?.mem_limit_bytes, 64 * MEBIBYTE)
  found.ref.tell({ type: 'destroy' })
  await found.next('container-exited')
  await nothingIsLeft(t, containers)
})

const layers = [
  { 'etc/motd': 'first', 'opt/old': 'old', 'srv/kept': 'kept', 'data/none': '' },
  { 'etc/.wh.motd': '', 'opt/.wh..wh..opq': '', 'opt/new': 'new' },
]

linux(
  'an image is a root file system of its own, whose layers hide what they take away',
  async (t) => {
    const containers = await RealContainers.start()
    t.teardown(() => containers.end())
    const { disk } = containers.environment
    const imageRegistry = `${containers.directory}/images`
    await disk.makeDirectory(imageRegistry)
    writeDockerArchive(`${imageRegistry}/shell:1.tar`, layers, {
      Env: ['PATH=/bin', 'FROM_IMAGE=yes'],
      Entrypoint: ['/bin/sh', '-c'],
      Cmd: ['echo $FROM_IMAGE $FROM $PWD'],
      WorkingDir: '/srv',
    })
    const isolation = 'filesystem/linux,docker/runtime,namespaces/pid,cgroups/mem'
    const inImages = await RealContainers.start({ isolation, imageRegistry }, containers.directory)
    t.teardown(() => inImages.end())
    const image = { type: 'DOCKER', docker: { name: 'shell:1' } } as const
    const plain = { type: 'MESOS', mesos: { image } } as const

    const own = inImages.run({ shell: false }, { container: plain })
    t.deepEqual((await own.next('container-exited')).exit, { code: 0, signal: undefined })
    t.is(await own.output(), 'yes agent /srv\n')

    const volumes = [
      { mode: 'RO', container_path: '/data', host_path: imageRegistry },
      { mode: 'RW', container_path: 'mine', host_path: 'own' },
    ] as const
    const script = [
      'cd /; echo etc/* opt/* srv/* data/* $$',
      'echo changed >/srv/kept; read line </srv/kept; echo $line',
      '(echo x >/data/x) 2>/dev/null || echo read only',
      'echo in >$MESOS_SANDBOX/mine/file; echo out >$MESOS_SANDBOX/written',
      'read -r _ root _ </proc/mounts; echo $root; exit 6',
    ].join('\n')
    const run = inImages.run(script, { container: { ...plain, volumes } })
    t.deepEqual((await run.next('container-exited')).exit, { code: 6, signal: undefined })
    t.is(await run.output('stderr'), '')
    const [files, changed, readOnly, root] = (await run.output()).split('\n')
    t.regex(
      files ?? '',
      /^etc\/hosts (etc\/resolv.conf )?opt\/new srv\/kept data\/shell:1.tar \d+$/,
    )
    t.deepEqual([changed, readOnly, root], ['changed', 'read only', '/'])
    t.deepEqual(readFileSync(`${run.sandbox}/own/file`, 'utf8'), 'in\n')
    t.deepEqual(readFileSync(`${run.sandbox}/written`, 'utf8'), 'out\n')

    const long = inImages.run('until [ -e $MESOS_SANDBOX/go ]; do :; done', { container: plain })
    await long.next('container-started')
    const entered = 'echo $FROM_IMAGE $PWD >&2; cd /; echo opt/* >&2'
    t.deepEqual(await long.exec(entered), {
      type: 'exec-ended',
      exit: { code: 0, signal: undefined },
    })
    // By the last command itself it could be ended before that one is.
    await inImages.environment.disk.writeFile(`${long.sandbox}/go`, new Uint8Array())
    await long.next('container-exited')
    t.is(await long.output('stderr'), 'yes /srv\nopt/new\n')
    await nothingIsLeft(t, inImages)
  },
)

linux('an image that is not there, or is damaged, keeps a container from starting', async (t) => {
  const containers = await RealContainers.start()
  t.teardown(() => containers.end())
  const { disk } = containers.environment
  const imageRegistry = `${containers.directory}/images`
  await disk.makeDirectory(imageRegistry)
  await disk.writeFile(`${imageRegistry}/broken.tar`, new TextEncoder().encode('no tar'))
  const isolation = 'filesystem/linux'
  const inImages = await RealContainers.start({ isolation, imageRegistry }, containers.directory)
  t.teardown(() => inImages.end())
  const why = async (name: string): Promise<string> => {
    const mesos = { image: { type: 'DOCKER', docker: { name } } } as const
    const run = inImages.run('true', { container: { type: 'MESOS', mesos } })
    return (await run.next('container-failed')).reason
  }
  t.regex(await why('none'), /^The image none can't be used: there is neither .*none.tar/)
  t.regex(await why('broken'), /^The image broken can't be used: tar ended with 2/)
  t.regex(await why('../../etc'), /leads out of the registry/)
  await nothingIsLeft(t, inImages)
})

/** What a plugin is, by `ip` alone: a pair of virtual cables, and an address at each end. */
const PLUGIN = `#!/bin/sh
set -e
case $CNI_COMMAND in
ADD)
  grep -q '"type":"cable"' || exit 3
  pid=\${CNI_NETNS#/proc/}
  ip link add "h\${CNI_CONTAINERID##*-}" type veth peer name "$CNI_IFNAME" netns "\${pid%%/*}"
  nsenter --net="$CNI_NETNS" ip address add 10.213.7.2/30 dev "$CNI_IFNAME"
  nsenter --net="$CNI_NETNS" ip link set "$CNI_IFNAME" up
  echo '{"cniVersion":"0.4.0","ips":[{"version":"4","address":"10.213.7.2/30"}]}'
  ;;
DEL) echo "$CNI_CONTAINERID" >>"$CNI_PATH/deleted" ;;
esac
`

linux('a container joins a network by its name, and has no other', async (t) => {
  const bare = await RealContainers.start()
  t.teardown(() => bare.end())
  const { disk } = bare.environment
  const [config, plugins] = [`${bare.directory}/config`, `${bare.directory}/plugins`]
  await disk.makeDirectory(config)
  await disk.makeDirectory(plugins)
  const text = (value: string): Uint8Array => new TextEncoder().encode(value)
  await disk.writeFile(`${plugins}/cable`, text(PLUGIN), { mode: 0o755 })
  const network = (type: string): string => JSON.stringify({ name: `${type}-net`, type })
  await disk.writeFile(`${config}/cable.json`, text(network('cable')))
  await disk.writeFile(`${config}/none.conf`, text(network('missing')))
  const containers = await RealContainers.start(
    {
      isolation: 'network/cni,namespaces/pid',
      cniConfigDirectory: config,
      cniPluginsDirectory: plugins,
    },
    bare.directory,
  )
  t.teardown(() => containers.end())
  const named = (name: string) => ({ type: 'MESOS', network_infos: [{ name }] }) as const

  const links = 'for one in /sys/class/net/*; do echo ${one##*/}; done'
  // What /sys shows is the namespace's that has mounted it.
  const command = `mount -t sysfs sysfs /sys; ${links}; ip -o -4 address | grep -o "inet [0-9.]*"; sleep 1000`
  const run = containers.run(command, { container: named('cable-net') })
  t.is((await run.next('container-started')).ipAddress, '10.213.7.2')
  await containers.until(async () => (await run.output().catch(() => '')).split('\n').length > 4)
  t.is(await run.output(), 'eth0\nlo\ninet 127.0.0.1\ninet 10.213.7.2\n')
  t.deepEqual(await run.exec('ip -o link | wc -l'), {
    type: 'exec-ended',
    exit: { code: 0, signal: undefined },
  })
  t.true((await run.output()).endsWith('\n2\n'))
  run.ref.tell({ type: 'destroy' })
  await run.next('container-exited')
  t.is(readFileSync(`${plugins}/deleted`, 'utf8'), `${run.id}\n`)

  const why = async (name: string): Promise<string> =>
    (await containers.run('true', { container: named(name) }).next('container-failed')).reason
  t.regex(await why('blue'), /^The network blue can't be had: .* has cable-net, missing-net$/)
  t.regex(await why('missing-net'), /missing ADD ended with 127: .*not found/)
  await nothingIsLeft(t, containers)
})
