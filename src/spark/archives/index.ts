/**
 * Archives in memory: `.tar`, `.tar.gz`, `.tgz`, `.zip` and `.jar` become a list of files, links and directories.
 *
 * Guarantees: paths are relative and stay below the directory that an archive is unpacked into, also those that links lead to; a damaged
 * archive is refused with its name, never unpacked in part.
 */
export { unpackArchive } from './unpack.ts'
export type { ArchiveEntry } from './entry.ts'
