/**
 * Containers by the Linux kernel itself: cgroups (see `cgroups/`), namespaces for processes, mounts, IPC and host name, and a root file
 * system from an image.
 *
 * A command is started behind a launcher (`launch-plan.ts`, pure): util-linux's `unshare`, and a shell that joins the cgroups, mounts what
 * the container is to see, and becomes the command. Images ({@link ImageStore}) are unpacked layer by layer and laid over one another
 * by an overlay in the container's own mount namespace, so all mounts end with it.
 *
 * Guarantees: the agent hears of a start only when the command runs; of an end only when no process, cgroup and directory of it is left;
 * a limit that was exceeded is told with it. What an agent before has left is found again by process and cgroup, or removed
 * ({@link removeLinux}). Needs root.
 */
export { launchLinux, removeLinux } from './linux-container.ts'
export type { LinuxSettings } from './linux-container.ts'
export { CniNetworks } from './cni.ts'
export { ImageStore } from './image-store.ts'
