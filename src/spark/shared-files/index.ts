/**
 * Files that the driver hands to all executors: `sc.addFile` and `sc.addArchive` here, `SparkFiles.get` in tasks.
 *
 * A file is read once, by the driver, and broadcast in parts; the list of all files is a broadcast of its own, named by a property of
 * each task. Before its first task that knows of a list, an executor has every file of it in its folder, archives unpacked.
 *
 * Guarantees: a file is there as a whole or not at all, once for all threads of an executor; it goes with the executor's folder.
 */
export { SharedFiles } from './shared-files.ts'
export { fetchSharedFiles, sharedDirectory } from './fetch.ts'
export { SparkFiles } from './spark-files.ts'
