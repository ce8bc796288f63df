import type { Contained, Ended, Launch } from './contained.ts'
import { megabytesOf, sayBytes } from './bytes.ts'
import type { ContainerLimitation } from './protocol.ts'

/** How what is in sandboxes is counted. */
export interface DiskSettings {
  /** Between the end of one count and the next (`--container_disk_watch_interval`). */
  readonly watchIntervalMs: number
  /** Whether a container that has more in its sandbox than its resources say is ended (`--enforce_container_disk_quota`). */
  readonly isEnforced: boolean
}

/** Counts what is in the sandbox of each container. @see src/slave/containerizer/mesos/isolators/posix/disk.cpp of Apache Mesos 1.11 */
export function countingDisk(
  launch: Launch,
  { watchIntervalMs, isEnforced }: DiskSettings,
): Launch {
  return async (environment, spec) => {
    const contained = await launch(environment, spec)
    const { disk, clock } = environment
    const counted = spec.pod?.sandbox ?? spec.sandbox
    let quota = spec.resources?.diskBytes
    let used: number | undefined
    let limitation: ContainerLimitation | undefined
    let isOver = false
    const count = async (): Promise<void> => {
      used = await disk.usedBytes(counted)
      if (!isEnforced || quota === undefined || used <= quota || isOver) return
      isOver = true
      limitation = {
        reason: 'REASON_CONTAINER_LIMITATION_DISK',
        message: `Disk usage (${sayBytes(used)}) exceeds quota (${sayBytes(quota)})`,
        resources: [megabytesOf('disk', quota)],
      }
      await contained.destroy()
    }
    const watch = (): void => {
      if (isOver) return
      count()
        .catch(() => undefined)
        .then(() => clock.setTimer(watchIntervalMs, watch, { background: true }))
        .catch(() => undefined)
    }
    watch()
    return {
      ...contained,
      ended: contained.ended.then((ended): Ended => {
        isOver = true
        return limitation === undefined ? ended : { ...ended, limitation }
      }),
      update: (resources) => {
        quota = resources.diskBytes
        return contained.update(resources)
      },
      statistics: async () => {
        const found = await contained.statistics()
        return found && { ...found, ...(used !== undefined && { disk_used_bytes: used }) }
      },
      release: () => {
        isOver = true
        contained.release()
      },
    } satisfies Contained
  }
}
