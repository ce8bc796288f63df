/**
 * Control groups of the Linux kernel: what bounds and counts all processes of a container, and ends them at once.
 *
 * {@link cgroupMounts} finds the trees of version 1 or 2; {@link writesFor} says, purely, which values bound given resources;
 * {@link Cgroup} is the cgroups of one container, made and removed with it. A process joins by writing itself into
 * `joins` before it becomes the container's command.
 *
 * Guarantees: a hard bound of memory is only ever raised; `kill` leaves no process, also none that was being forked;
 * after `remove` there is no directory of the container.
 *
 * @see Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst of Linux
 */
export { Cgroup } from './group.ts'
export type { CgroupSettings } from './group.ts'
export { cgroupMounts } from './mounts.ts'
export type { CgroupMounts, Controller } from './mounts.ts'
export { isLowering, writesFor } from './bounds.ts'
export type { BoundSettings, CgroupWrite } from './bounds.ts'
export { killsForMemory, usageOf } from './usage.ts'
