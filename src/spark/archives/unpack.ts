import { gunzippedWhole } from '../../platform/index.ts'
import { damaged, type ArchiveEntry } from './entry.ts'
import { tarEntries } from './tar.ts'
import { zipEntries } from './zip.ts'

/**
 * What is in an archive, by the ending of its name.
 *
 * @throws TROUPE_SPARK_ARCHIVE_DAMAGED, also for a name with another ending
 */
export function unpackArchive(name: string, bytes: Uint8Array): ArchiveEntry[] {
  const lower = name.toLowerCase()
  if (/\.(zip|jar)$/.test(lower)) return zipEntries(name, bytes)
  if (lower.endsWith('.tar')) return tarEntries(name, bytes)
  if (/\.(tar\.gz|tgz)$/.test(lower)) return tarEntries(name, gunzipped(name, bytes))
  throw damaged(name, 'its name ends in none of .zip, .jar, .tar, .tar.gz and .tgz')
}

function gunzipped(name: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzippedWhole(bytes)
  } catch (cause) {
    throw damaged(name, 'it is no whole gzip file', cause)
  }
}
