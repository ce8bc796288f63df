import type { ContainerInfo } from '../protocol/index.ts'
import { unsupported } from './volumes.ts'

/**
 * The options of `prlimit` of util-linux that set what a container asks for; none where it asks for nothing.
 * @throws TROUPE_MESOS_CONTAINER_UNSUPPORTED for one bound without the other
 * @see src/posix/rlimits.cpp of Apache Mesos 1.11
 */
export function rlimitOptions(container: ContainerInfo | undefined): readonly string[] {
  return (container?.rlimit_info?.rlimits ?? []).map(({ type, soft, hard }) => {
    const name = /^RLMT_([A-Z]+)$/.exec(type)?.[1]
    if (name === undefined) throw unsupported(`There is no limit ${type}`)
    if (soft === undefined && hard === undefined) return `--${name.toLowerCase()}=unlimited`
    if (!isBound(soft) || !isBound(hard)) throw unsupported('Invalid rlimit values')
    return `--${name.toLowerCase()}=${soft}:${hard}`
  })
}

function isBound(value: number | undefined): boolean {
  return Number.isInteger(value) && Number(value) >= 0
}
