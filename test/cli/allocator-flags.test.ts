import test from 'ava'
import { Command } from '../../src/cli/command-line.ts'
import {
  addAllocatorFlags,
  allocatorOptionsOf,
  shownAllocatorFlags,
  type AllocatorFlags,
} from '../../src/cli/commands/allocator-flags.ts'
import { defaultAllocatorOptions } from '../../src/mesos/allocator/index.ts'
import { quantities } from '../../src/mesos/resources/index.ts'

const parsed = (...args: readonly string[]): AllocatorFlags => {
  const command = addAllocatorFlags(new Command('master').exitOverride())
  return command
    .configureOutput({ writeErr: () => undefined })
    .parse(args, { from: 'user' })
    .opts()
}

test('without flags the allocator has its defaults', (t) => {
  t.deepEqual(allocatorOptionsOf(parsed()), defaultAllocatorOptions)
  t.deepEqual(shownAllocatorFlags(parsed()), {
    allocation_interval: '1secs',
    min_allocatable_resources: 'cpus:0.01|mem:32',
    role_sorter: 'drf',
    framework_sorter: 'drf',
    filter_gpu_resources: 'true',
  })
})

test('flags are read as Mesos reads them', (t) => {
  const flags = parsed(
    ...['--allocation-interval', '500ms', '--min-allocatable-resources', 'cpus:1;mem:64|disk:10'],
    ...['--fair-sharing-excluded-resource-names', 'gpus, disk', '--role-sorter', 'random'],
    ...['--framework-sorter', 'random', '--no-filter-gpu-resources', '--weights', 'a=2,a/b=0.5'],
  )
  t.deepEqual(allocatorOptionsOf(flags), {
    allocationIntervalMs: 500,
    minAllocatable: [quantities({ cpus: 1, mem: 64 }), quantities({ disk: 10 })],
    excludedNames: new Set(['gpus', 'disk']),
    roleSorter: 'random',
    frameworkSorter: 'random',
    filterGpuResources: false,
    weights: new Map([
      ['a', 2],
      ['a/b', 0.5],
    ]),
  })
  t.like(shownAllocatorFlags(flags), {
    allocation_interval: '0.5secs',
    fair_sharing_excluded_resource_names: 'gpus,disk',
    weights: 'a=2,a/b=0.5',
  })
})

test('no alternatives at all let everything be offered', (t) => {
  t.deepEqual(parsed('--min-allocatable-resources', '').minAllocatableResources, [])
})

for (const bad of [
  ['--allocation-interval', '1'],
  ['--allocation-interval', '2000hrs'],
  ['--min-allocatable-resources', 'cpus'],
  ['--role-sorter', 'fair'],
  ['--weights', 'a=0'],
  ['--weights', 'a//b=1'],
]) {
  test(`${bad.join(' ')} is refused`, (t) => {
    t.throws(() => parsed(...bad), { code: 'commander.invalidArgument' })
  })
}
