import fc from 'fast-check'
import test from 'ava'
import {
  descriptionOf,
  OutputFrames,
  usageInDocker,
} from '../../../src/mesos/containerizer/docker/index.ts'
import type { ContainerSpec } from '../../../src/mesos/containerizer/index.ts'
import type { ContainerInfo, DockerInfo } from '../../../src/mesos/protocol/index.ts'

const settings = { isCpuBounded: false }

function spec(
  command: ContainerSpec['command'],
  docker: Partial<DockerInfo> = {},
  more: Partial<ContainerInfo> = {},
  rest: Partial<ContainerSpec> = {},
): ContainerSpec {
  const container = { type: 'DOCKER', docker: { image: 'i', ...docker }, ...more } as const
  const sandbox = '/data/c'
  return { containerId: 'c', command, environment: { A: 'b' }, sandbox, container, ...rest }
}

const describe = (...args: Parameters<typeof spec>) => descriptionOf(spec(...args), settings)

test('a shell command runs by the shell of the image, any other as it is, none by what the image says', (t) => {
  const commandOf = (command: ContainerSpec['command']) => {
    const { Entrypoint, Cmd } = describe(command)
    return [Entrypoint, Cmd]
  }
  t.deepEqual(commandOf({ value: 'echo $A' }), [['/bin/sh'], ['-c', 'echo $A']])
  const plain = { shell: false, value: 'ls', arguments: ['-l', '/'] }
  t.deepEqual(commandOf(plain), [undefined, ['ls', '-l', '/']])
  t.deepEqual(commandOf({ shell: false, arguments: ['-l'] }), [undefined, ['-l']])
  t.deepEqual(commandOf({ shell: false }), [undefined, undefined])
})

test('the sandbox is at the place of Mesos, and its variables name it', (t) => {
  const variables = [{ name: 'A', value: 'own' }]
  const { Env, HostConfig } = describe({ value: 'x', environment: { variables } })
  t.deepEqual(Env, ['A=own', 'MESOS_SANDBOX=/mnt/mesos/sandbox', 'MESOS_CONTAINER_NAME=mesos-c'])
  t.deepEqual(HostConfig.Binds, ['/data/c:/mnt/mesos/sandbox'])
})

test('volumes of the host and of the sandbox', (t) => {
  const volumes = [
    { mode: 'RO', container_path: '/etc/conf', host_path: '/srv/conf' },
    { mode: 'RW', container_path: 'data', host_path: 'own' },
    {
      mode: 'RW',
      container_path: '/s',
      source: { type: 'SANDBOX_PATH', sandbox_path: { type: 'SELF', path: 'self' } },
    },
  ] as const
  t.deepEqual(describe({ value: 'x' }, {}, { volumes }).HostConfig.Binds.slice(1), [
    '/srv/conf:/etc/conf:ro',
    '/data/c/own:/mnt/mesos/sandbox/data:rw',
    '/data/c/self:/s:rw',
  ])
  const climbing = [{ mode: 'RW', container_path: '../x', host_path: '/a' }] as const
  t.throws(() => describe({ value: 'x' }, {}, { volumes: climbing }), {
    code: 'TROUPE_MESOS_CONTAINER_UNSUPPORTED',
    message: 'The path ../x leads out of the sandbox',
  })
  const unknown = [{ mode: 'RW', container_path: 'x', source: { type: 'SECRET' } }] as const
  t.throws(() => describe({ value: 'x' }, {}, { volumes: unknown }), {
    message: /The volume at x has no host_path/,
  })
})

test('bounds are those that cgroups would get', (t) => {
  const resources = { cpus: 0.5, memBytes: 64 * 1024 * 1024 }
  const bounded = descriptionOf(spec({ value: 'x' }, {}, {}, { resources }), { isCpuBounded: true })
  const { CpuShares, CpuPeriod, CpuQuota, Memory, MemoryReservation } = bounded.HostConfig
  t.deepEqual(
    [CpuShares, CpuPeriod, CpuQuota, Memory, MemoryReservation],
    [512, 100_000, 50_000, 67_108_864, 67_108_864],
  )
})

test('networks and their ports', (t) => {
  const port_mappings = [
    { host_port: 31_000, container_port: 80 },
    { host_port: 31_001, container_port: 53, protocol: 'UDP' },
  ]
  t.is(describe({ value: 'x' }).HostConfig['NetworkMode'], 'host')
  t.is(describe({ value: 'x' }, { network: 'NONE' }).HostConfig['NetworkMode'], 'none')
  const bridged = describe({ value: 'x' }, { network: 'BRIDGE', port_mappings })
  t.is(bridged.HostConfig['NetworkMode'], 'bridge')
  t.deepEqual(bridged.ExposedPorts, { '80/tcp': {}, '53/udp': {} })
  t.deepEqual(bridged.HostConfig.PortBindings, {
    '80/tcp': [{ HostPort: '31000' }],
    '53/udp': [{ HostPort: '31001' }],
  })
  const network_infos = [{ name: 'blue' }]
  const user = describe({ value: 'x' }, { network: 'USER' }, { network_infos, hostname: 'h' })
  t.is(user.HostConfig['NetworkMode'], 'blue')
  t.is(user.Hostname, 'h')
  t.throws(() => describe({ value: 'x' }, { network: 'USER' }), { message: /name of a network/ })
  t.throws(() => describe({ value: 'x' }, { port_mappings }), {
    message: 'Port mappings are only supported for bridge and user-defined networks',
  })
})

test("parameters are options of docker run; unknown ones are refused, also objects' own names", (t) => {
  const parameters = [
    ['env', 'A=2'],
    ['label', 'team=a=b'],
    ['cap-add', 'NET_ADMIN'],
    ['cap-add', 'SYS_TIME'],
    ['ulimit', 'nofile=1024:2048'],
    ['shm-size', '64m'],
    ['workdir', '/srv'],
    ['user', 'nobody'],
    ['tmpfs', '/run:size=1m'],
    ['privileged', 'true'],
  ].map(([key = '', value = '']) => ({ key, value }))
  const made = describe({ value: 'x' }, { parameters })
  t.is(made.Env.at(-1), 'A=2')
  t.deepEqual(made.Labels, { team: 'a=b' })
  t.is(made.WorkingDir, '/srv')
  t.is(made.User, 'nobody')
  const { CapAdd, Ulimits, ShmSize, Tmpfs, Privileged } = made.HostConfig
  t.deepEqual(
    [CapAdd, Ulimits, ShmSize, Tmpfs, Privileged],
    [
      ['NET_ADMIN', 'SYS_TIME'],
      [{ Name: 'nofile', Soft: 1024, Hard: 2048 }],
      67_108_864,
      { '/run': 'size=1m' },
      true,
    ],
  )
  for (const key of ['restart', 'toString', '__proto__']) {
    const asked = { parameters: [{ key, value: '1' }] }
    t.throws(() => describe({ value: 'x' }, asked), { message: /is not one of these/ })
  }
  const odd = { parameters: [{ key: 'shm-size', value: 'much' }] }
  t.throws(() => describe({ value: 'x' }, odd), { message: 'much is no amount such as 64m' })
})

test('output is taken apart into its streams, in whatever pieces it comes', (t) => {
  const piece = fc.record({
    name: fc.constantFrom('stdout' as const, 'stderr' as const),
    bytes: fc.uint8Array({ maxLength: 20 }),
  })
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.integer({ min: 1, max: 9 })), (pieces, cuts) => {
      const whole = Buffer.concat(pieces.map(({ name, bytes }) => frame(name, bytes)))
      const got = { stdout: [] as number[], stderr: [] as number[] }
      const frames = new OutputFrames((name, bytes) => got[name].push(...bytes))
      let at = 0
      for (const cut of [...cuts, whole.byteLength]) {
        frames.push(whole.subarray(at, at + cut))
        at += cut
      }
      for (const name of ['stdout', 'stderr'] as const) {
        const sent = pieces.filter((one) => one.name === name).flatMap((one) => [...one.bytes])
        t.deepEqual(got[name], sent)
      }
    }),
  )
})

function frame(name: 'stdout' | 'stderr', bytes: Uint8Array): Uint8Array {
  const made = Buffer.alloc(8 + bytes.byteLength)
  made[0] = name === 'stdout' ? 1 : 2
  made.writeUInt32BE(bytes.byteLength, 4)
  made.set(bytes, 8)
  return made
}

test('statistics of an engine are read from either version of cgroups', (t) => {
  const cpu_stats = {
    cpu_usage: { usage_in_usermode: 2e9, usage_in_kernelmode: 5e8 },
    throttling_data: { periods: 10, throttled_periods: 4, throttled_time: 25e8 },
  }
  const of = (stats: object) =>
    usageInDocker({ pids_stats: { current: 3 }, cpu_stats, memory_stats: { usage: 100, stats } })
  const counted = {
    processes: 3,
    cpus_user_time_secs: 2,
    cpus_system_time_secs: 0.5,
    cpus_nr_periods: 10,
    cpus_nr_throttled: 4,
    cpus_throttled_time_secs: 2.5,
    mem_total_bytes: 100,
    mem_rss_bytes: 40,
    mem_cache_bytes: 60,
  }
  t.deepEqual(of({ rss: 40, cache: 60 }), counted)
  t.deepEqual(of({ anon: 40, file: 60 }), counted)
  t.deepEqual(usageInDocker(undefined), {})
})
