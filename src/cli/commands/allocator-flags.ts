import { defaultAllocatorOptions, type AllocatorOptions } from '../../mesos/allocator/index.ts'
import { isRoleName, quantities, type Quantities } from '../../mesos/resources/index.ts'
import { InvalidArgumentError, Option, type Command } from '../command-line.ts'

/** The flags of a master that are for its allocator; names and texts are those of Mesos. */
export interface AllocatorFlags {
  readonly allocationInterval: number
  readonly minAllocatableResources: readonly Quantities[]
  readonly fairSharingExcludedResourceNames: readonly string[]
  readonly roleSorter: AllocatorOptions['roleSorter']
  readonly frameworkSorter: AllocatorOptions['frameworkSorter']
  readonly filterGpuResources: boolean
  readonly weights: ReadonlyMap<string, number>
}

const MS: Readonly<Record<string, number>> = { ms: 1, secs: 1000, mins: 60_000, hrs: 3_600_000 }
const DURATION = /^(\d+(?:\.\d+)?)(ms|secs|mins|hrs)$/
const LONGEST_MS = 24 * 3_600_000

/** Adds the flags to a command. */
export function addAllocatorFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--allocation-interval <time>', 'how often all agents are looked at')
        .argParser(durationMs)
        .default(defaultAllocatorOptions.allocationIntervalMs, '1secs'),
    )
    .addOption(
      new Option(
        '--min-allocatable-resources <alternatives>',
        "an agent's rest is offered only if it has all of one of these; an empty text: whatever there is",
      )
        .argParser(alternatives)
        .default(defaultAllocatorOptions.minAllocatable, 'cpus:0.01|mem:32'),
    )
    .addOption(
      new Option(
        '--fair-sharing-excluded-resource-names <names>',
        'resources that do not count for fairness, such as gpus; parted by commas',
      )
        .argParser(names)
        .default([], 'none'),
    )
    .addOption(sorterFlag('--role-sorter', 'roles'))
    .addOption(sorterFlag('--framework-sorter', 'frameworks of a role'))
    .option('--no-filter-gpu-resources', 'offer GPUs also to frameworks without GPU_RESOURCES')
    .addOption(
      new Option('--weights <list>', 'of roles at the start, as role=weight,role=weight')
        .argParser(weights)
        .default(new Map(), 'all 1'),
    )
}

/** What the allocator makes of the flags. */
export function allocatorOptionsOf(flags: AllocatorFlags): Partial<AllocatorOptions> {
  return {
    allocationIntervalMs: flags.allocationInterval,
    minAllocatable: flags.minAllocatableResources,
    excludedNames: new Set(flags.fairSharingExcludedResourceNames),
    roleSorter: flags.roleSorter,
    frameworkSorter: flags.frameworkSorter,
    filterGpuResources: flags.filterGpuResources,
    weights: flags.weights,
  }
}

/** The flags as `/flags` shows them. */
export function shownAllocatorFlags(flags: AllocatorFlags): Readonly<Record<string, string>> {
  const minimum = flags.minAllocatableResources.map((one) =>
    [...one].map(([name, thousandths]) => `${name}:${thousandths / 1000}`).join(';'),
  )
  const excluded = flags.fairSharingExcludedResourceNames.join(',')
  const weighted = [...flags.weights].map(([role, weight]) => `${role}=${weight}`).join(',')
  return {
    allocation_interval: `${flags.allocationInterval / 1000}secs`,
    min_allocatable_resources: minimum.join('|'),
    ...(excluded !== '' && { fair_sharing_excluded_resource_names: excluded }),
    role_sorter: flags.roleSorter,
    framework_sorter: flags.frameworkSorter,
    filter_gpu_resources: String(flags.filterGpuResources),
    ...(weighted !== '' && { weights: weighted }),
  }
}

function sorterFlag(name: string, what: string): Option {
  return new Option(`${name} <sorter>`, `how ${what} are ordered: by shares, or by chance`)
    .choices(['drf', 'random'])
    .default('drf')
}

function durationMs(text: string): number {
  const [, amount = '', unit = ''] = DURATION.exec(text) ?? []
  const ms = Number(amount) * (MS[unit] ?? 0)
  if (ms > 0 && ms <= LONGEST_MS) return ms
  throw new InvalidArgumentError('A time is such as 500ms, 1secs or 2mins, up to a day.')
}

function alternatives(text: string): readonly Quantities[] {
  return listed(text, '|').map((alternative) => {
    const entries = listed(alternative, ';').map((entry) => {
      const match = /^([^:\s]+):(\d+(?:\.\d+)?)$/.exec(entry)
      if (match !== null) return [match[1] ?? '', Number(match[2])] as const
      throw new InvalidArgumentError(`'${entry}' is not such as cpus:0.01 or mem:32.`)
    })
    return quantities(Object.fromEntries(entries))
  })
}

function names(text: string): readonly string[] {
  return listed(text, ',')
}

function weights(text: string): ReadonlyMap<string, number> {
  const entries = listed(text, ',').map((entry) => {
    const [role = '', weight = ''] = entry.split('=')
    if (isRoleName(role) && /^\d+(\.\d+)?$/.test(weight) && Number(weight) > 0) {
      return [role, Number(weight)] as const
    }
    throw new InvalidArgumentError(`'${entry}' is not such as role=2; weights are above 0.`)
  })
  return new Map(entries)
}

function listed(text: string, separator: string): readonly string[] {
  return text
    .split(separator)
    .map((one) => one.trim())
    .filter((one) => one !== '')
}
