import type { Disk } from '../../platform/index.ts'
import type { VolumeWork } from './volumes.ts'

/** Does to the disk what persistent volumes need. @throws TROUPE_PLATFORM_FILE_UNWRITABLE and its kin */
export async function keepVolumes(disk: Disk, work: VolumeWork): Promise<void> {
  for (const path of work.removed) await disk.remove(path)
  for (const path of work.emptied) await empty(disk, path)
  for (const path of work.created) {
    // What an agent before did not live to remove is not to turn up again.
    await disk.remove(path)
    await disk.makeDirectory(path)
  }
  for (const { path, target } of work.links) {
    await disk.makeDirectory(target)
    if (work.user !== undefined) await disk.giveTo(work.user, target)
    await disk.makeDirectory(path.slice(0, path.lastIndexOf('/')))
    await disk.link(target, path)
  }
}

async function empty(disk: Disk, path: string): Promise<void> {
  for (const entry of await disk.list(path)) await disk.remove(entry.path)
}
