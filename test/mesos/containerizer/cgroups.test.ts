import test from 'ava'
import {
  cgroupMounts,
  isLowering,
  killsForMemory,
  usageOf,
  writesFor,
} from '../../../src/mesos/containerizer/cgroups/index.ts'
import type { ContainerResources } from '../../../src/mesos/containerizer/index.ts'

const MEBIBYTE = 1024 * 1024
const settings = { isCpuBounded: false }

function written(
  version: 1 | 2,
  resources: ContainerResources,
  more: Partial<Parameters<typeof writesFor>[2]> = {},
): readonly string[] {
  const writes = writesFor(version, resources, { ...settings, ...more })
  return writes.map(({ controller, file, value }) => `${controller} ${file} ${value}`)
}

test('version 1: shares always, a quota where it is asked for, memory soft and hard', (t) => {
  const resources = { cpus: 1.5, memBytes: 64 * MEBIBYTE }
  t.deepEqual(written(1, resources), [
    'cpu cpu.shares 1536',
    'memory memory.soft_limit_in_bytes 67108864',
    'memory memory.limit_in_bytes 67108864',
  ])
  t.deepEqual(written(1, { cpus: 1.5 }, { isCpuBounded: true, maxPids: 100 }), [
    'cpu cpu.shares 1536',
    'cpu cpu.cfs_period_us 100000',
    'cpu cpu.cfs_quota_us 150000',
    'pids pids.max 100',
  ])
})

test('no container has less than 2 shares, 1 ms and 32 MB', (t) => {
  t.deepEqual(written(1, { cpus: 0.001, memBytes: 1 }, { isCpuBounded: true }), [
    'cpu cpu.shares 2',
    'cpu cpu.cfs_period_us 100000',
    'cpu cpu.cfs_quota_us 1000',
    'memory memory.soft_limit_in_bytes 33554432',
    'memory memory.limit_in_bytes 33554432',
  ])
})

test('limits bound in place of what was given, and may be infinite', (t) => {
  const limits = { cpus: 3, memBytes: 128 * MEBIBYTE }
  t.deepEqual(written(1, { cpus: 1, memBytes: 64 * MEBIBYTE, limits }), [
    'cpu cpu.shares 1024',
    'cpu cpu.cfs_period_us 100000',
    'cpu cpu.cfs_quota_us 300000',
    'memory memory.soft_limit_in_bytes 67108864',
    'memory memory.limit_in_bytes 134217728',
  ])
  const none = { cpus: Infinity, memBytes: Infinity }
  t.deepEqual(written(1, { cpus: 1, memBytes: 64 * MEBIBYTE, limits: none }).slice(2), [
    'cpu cpu.cfs_quota_us -1',
    'memory memory.soft_limit_in_bytes 67108864',
    'memory memory.limit_in_bytes -1',
  ])
})

test('version 2 says the same in its own words', (t) => {
  const resources = { cpus: 0.5, memBytes: 64 * MEBIBYTE }
  t.deepEqual(written(2, resources, { isCpuBounded: true, maxPids: 7 }), [
    'cpu cpu.weight 50',
    'cpu cpu.max 50000 100000',
    'pids pids.max 7',
    'memory memory.low 67108864',
    'memory memory.max 67108864',
  ])
  const none = { cpus: Infinity, memBytes: Infinity }
  t.deepEqual(written(2, { cpus: 200, memBytes: 64 * MEBIBYTE, limits: none }), [
    'cpu cpu.weight 10000',
    'cpu cpu.max max 100000',
    'memory memory.low 67108864',
    'memory memory.max max',
  ])
})

test('only a hard bound of memory is never lowered', (t) => {
  const hard = { controller: 'memory', file: 'memory.limit_in_bytes', value: '100' } as const
  t.true(isLowering(hard, '200\n'))
  t.false(isLowering(hard, '100\n'))
  t.true(isLowering(hard, '-1\n'))
  t.true(isLowering({ ...hard, file: 'memory.max' }, 'max\n'))
  t.false(isLowering({ ...hard, file: 'memory.max', value: 'max' }, 'max\n'))
  t.false(isLowering({ controller: 'cpu', file: 'cpu.shares', value: '2' }, '1024\n'))
})

test('trees of version 1 are found by what is mounted, those of version 2 where there are none', (t) => {
  const v1 = (point: string, options: string): string =>
    `30 24 0:26 / ${point} rw,nosuid shared:9 - cgroup cgroup ${options}`
  const v2 = (point: string): string => `31 24 0:27 / ${point} rw - cgroup2 cgroup2 rw,nsdelegate`
  const hybrid = [
    v1('/sys/fs/cgroup/cpu,cpuacct', 'rw,cpu,cpuacct'),
    v1('/sys/fs/cgroup/memory', 'rw,memory'),
    v1('/sys/fs/cgroup/systemd', 'rw,name=systemd'),
    v1('/elsewhere/pids', 'rw,pids'),
    v2('/sys/fs/cgroup/unified'),
  ].join('\n')
  const paths = {
    cpu: '/sys/fs/cgroup/cpu,cpuacct',
    cpuacct: '/sys/fs/cgroup/cpu,cpuacct',
    memory: '/sys/fs/cgroup/memory',
  }
  t.deepEqual(cgroupMounts(hybrid, '/sys/fs/cgroup'), { version: 1, paths })
  const unified = { version: 2, path: '/sys/fs/cgroup', controllers: [] } as const
  t.deepEqual(cgroupMounts(v2('/sys/fs/cgroup'), '/sys/fs/cgroup'), unified)
  t.is(cgroupMounts('30 24 0:26 / / rw - ext4 /dev/vda rw', '/sys/fs/cgroup'), undefined)
})

test('what is used is read alike from both versions', (t) => {
  const one = new Map([
    ['cpuacct.stat', 'user 150\nsystem 50\n'],
    ['cpu.stat', 'nr_periods 10\nnr_throttled 4\nthrottled_time 2500000000\n'],
    ['memory.usage_in_bytes', '5000\n'],
    ['memory.limit_in_bytes', '9223372036854771712\n'],
    ['memory.stat', 'total_cache 1000\ntotal_rss 4000\n'],
    ['cgroup.procs', '10\n11\n'],
    ['tasks', '10\n11\n12\n'],
  ])
  const counted = {
    processes: 2,
    threads: 3,
    cpus_user_time_secs: 1.5,
    cpus_system_time_secs: 0.5,
    cpus_nr_periods: 10,
    cpus_nr_throttled: 4,
    cpus_throttled_time_secs: 2.5,
    mem_total_bytes: 5000,
    mem_rss_bytes: 4000,
    mem_cache_bytes: 1000,
  }
  t.deepEqual(usageOf(1, one), counted)
  const two = new Map([
    [
      'cpu.stat',
      'user_usec 1500000\nsystem_usec 500000\nnr_periods 10\nnr_throttled 4\nthrottled_usec 2500000\n',
    ],
    ['memory.current', '5000\n'],
    ['memory.max', '8000\n'],
    ['memory.stat', 'anon 4000\nfile 1000\n'],
    ['cgroup.procs', '10\n11\n'],
    ['cgroup.threads', '10\n11\n12\n'],
  ])
  t.deepEqual(usageOf(2, two), { ...counted, mem_limit_bytes: 8000 })
  t.deepEqual(usageOf(1, new Map()), {})
})

test('kills for memory are counted by the kernel', (t) => {
  const one = 'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n'
  t.is(killsForMemory(1, new Map([['memory.oom_control', one]])), 3)
  t.is(killsForMemory(2, new Map([['memory.events', 'oom 2\noom_kill 1\n']])), 1)
  t.is(killsForMemory(2, new Map()), 0)
})
