import type { ContainerResources } from '../containerizer/index.ts'
import type { Resource, TaskInfo } from '../protocol/index.ts'

/**
 * How much of what bounds a container its executor and tasks were given; in thousandths, as sums come and go exactly.
 * Undefined where none of it was ever given. Immutable.
 */
export interface Given {
  readonly cpus: number | undefined
  readonly mem: number | undefined
  readonly disk: number | undefined
}

/** Nothing yet. */
export const nothingGiven: Given = { cpus: undefined, mem: undefined, disk: undefined }

const BYTES_OF_MB = 1024 * 1024

/** `given` with these resources, or (`sign` −1) without them. */
export function give(given: Given, resources: readonly Resource[], sign: 1 | -1 = 1): Given {
  let { cpus, mem, disk } = given
  for (const one of resources) {
    if (one.type !== 'SCALAR') continue
    const thousandths = sign * Math.round(one.scalar.value * 1000)
    if (one.name === 'cpus') cpus = (cpus ?? 0) + thousandths
    else if (one.name === 'mem') mem = (mem ?? 0) + thousandths
    else if (one.name === 'disk') disk = (disk ?? 0) + thousandths
  }
  return { cpus, mem, disk }
}

/** What a container may use, and the bounds that a task sets itself. */
export function boundsOf(
  { cpus, mem, disk }: Given,
  limits: TaskInfo['limits'] = noLimits,
): ContainerResources {
  const resources: { -readonly [K in keyof ContainerResources]: ContainerResources[K] } = {}
  if (cpus !== undefined) resources.cpus = cpus / 1000
  if (mem !== undefined) resources.memBytes = bytesOf(mem / 1000)
  if (disk !== undefined) resources.diskBytes = bytesOf(disk / 1000)
  const { cpus: mostCpus, mem: mostMem } = limits
  if (mostCpus === undefined && mostMem === undefined) return resources
  resources.limits = {
    ...(mostCpus !== undefined && { cpus: mostCpus.value }),
    ...(mostMem !== undefined && { memBytes: bytesOf(mostMem.value) }),
  }
  return resources
}

const noLimits: NonNullable<TaskInfo['limits']> = {}

function bytesOf(mb: number): number {
  return Math.round(mb * BYTES_OF_MB)
}
