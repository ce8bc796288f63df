import type { Environment } from '../../platform/index.ts'
import { parseResources, toWire } from '../resources/index.ts'

const GIGABYTE = 1024 ** 3
const MEGABYTE = 1024 ** 2
const PORTS = '31000-32000'

/**
 * What an agent has: `given` as its flag says, and of the kinds that the flag leaves out what this machine has. Of the memory a
 * gigabyte is left to the machine, of the disk that `workDir` is on five; half of it where there is little.
 * @throws TROUPE_MESOS_RESOURCES_UNPARSABLE, TROUPE_PLATFORM_FILE_UNREADABLE
 * @see slave/containerizer/containerizer.cpp of Apache Mesos
 */
export async function detectResources(
  { disk, processes }: Pick<Environment, 'disk' | 'processes'>,
  workDir: string,
  given: string,
): Promise<string> {
  const named = toWire(parseResources(given))
  const names = new Set(named.map(({ name }) => name))
  const found: string[] = []
  const scalar = (name: string, value: number): void => {
    if (!names.has(name)) found.push(`${name}:${value}`)
  }
  scalar('cpus', processes.availableParallelism)
  scalar('mem', leave(processes.totalMemoryBytes, GIGABYTE))
  if (!names.has('disk'))
    scalar('disk', leave((await disk.space(workDir)).totalBytes, 5 * GIGABYTE))
  if (!names.has('ports')) found.push(`ports:[${PORTS}]`)
  if (found.length === 0) return given
  return JSON.stringify([...named, ...toWire(parseResources(found.join(';')))])
}

/** What is left beside `bytes` of the machine's own, in megabytes; of less than twice as much, half of it. */
function leave(totalBytes: number, bytes: number): number {
  const rest = totalBytes >= 2 * bytes ? totalBytes - bytes : totalBytes / 2
  return Math.floor(rest / MEGABYTE)
}
