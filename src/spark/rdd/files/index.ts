/**
 * Files as inputs: which ones are meant, how they are cut into partitions, how they are opened.
 *
 * An input is a list of paths with commas between them; each may be a file, a directory, or a pattern of Hadoop's (`*`, `?`,
 * `[a-z]`, `{one,other}`), of any file system that the engine knows. {@link inputPatterns} reads the list on the driver, where relative
 * paths belong; {@link inputFiles} finds the files when a job asks for partitions; the functions of `input-splits.ts` cut them,
 * purely; `read-files.ts` opens them in tasks.
 *
 * Guarantees: a path that is not there, a pattern that matches nothing, a directory that would be passed over and a compression
 * that nobody undoes are refused by name; a file that has become shorter meanwhile fails its task.
 *
 * Words: *split*, a range of bytes of one file; *pack*, whole files in one partition.
 */
export { inputFiles } from './input-files.ts'
export { checkCodec, packFiles, recordSplits, textSplits } from './input-splits.ts'
export type { FileSplit } from './input-splits.ts'
export { inputPatterns } from './locations.ts'
export type { InputPattern } from './locations.ts'
export { openSplit, readDecompressed, readWhole, shortened } from './read-files.ts'
export { sparsePieces, sparseRatio } from './sparse-pieces.ts'
export { bestHosts, splitPartitions, withHosts } from './split-hosts.ts'
