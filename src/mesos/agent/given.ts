import type { ContainerResources } from '../containerizer/index.ts'
import type { Resource, TaskInfo } from '../protocol/index.ts'

/** How much of what bounds a container its executor and tasks were given; in thousandths, as sums come and go exactly. Immutable. */
export type Given = ReadonlyMap<string, number>

const BOUNDING: ReadonlySet<string> = new Set(['cpus', 'mem', 'disk'])
const BYTES_OF_MB = 1024 * 1024

/** `given` with these resources, or (`sign` −1) without them. */
export function give(given: Given, resources: readonly Resource[], sign: 1 | -1 = 1): Given {
  const sums = new Map(given)
  for (const one of resources) {
    if (one.type !== 'SCALAR' || !BOUNDING.has(one.name)) continue
    const thousandths = Math.round(one.scalar.value * 1000)
    sums.set(one.name, (sums.get(one.name) ?? 0) + sign * thousandths)
  }
  return sums
}

/** What a container may use, and the bounds that a task sets itself. */
export function boundsOf(given: Given, limits: TaskInfo['limits'] = {}): ContainerResources {
  const bytes = (mb: number): number => Math.round(mb * BYTES_OF_MB)
  const amount = (name: string): number | undefined => {
    const thousandths = given.get(name)
    return thousandths === undefined ? undefined : thousandths / 1000
  }
  const [cpus, mem, disk] = [amount('cpus'), amount('mem'), amount('disk')]
  const bounds = {
    ...(limits['cpus'] !== undefined && { cpus: limits['cpus'].value }),
    ...(limits['mem'] !== undefined && { memBytes: bytes(limits['mem'].value) }),
  }
  const resources: { -readonly [K in keyof ContainerResources]: ContainerResources[K] } = {}
  if (cpus !== undefined) resources.cpus = cpus
  if (mem !== undefined) resources.memBytes = bytes(mem)
  if (disk !== undefined) resources.diskBytes = bytes(disk)
  if (Object.keys(bounds).length > 0) resources.limits = bounds
  return resources
}
