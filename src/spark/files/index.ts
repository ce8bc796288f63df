/**
 * Files wherever they lie: the disk's own, HDFS by the HTTP of its servers, and objects of stores that speak as S3 does.
 *
 * A path is absolute, or a URL. {@link DriverFiles} makes it so on the driver, and says what tasks need to reach it
 * ({@link FileAccess}, which travels with them); {@link fileSystemAt} answers the {@link FileSystem} that has it.
 *
 * Guarantees: failures are those of a disk, with the URL as path, and have no secret in them; bytes are those of one version of
 * an object; a request is tried again only as each system says, and a bounded number of times: what fails fails its task.
 *
 * Words: *upload*, a file that is written and that nobody sees until it is completed; *block*, a piece of a file that lies on
 * certain hosts.
 */
export { DriverFiles, fileSystemAt } from './access.ts'
export type { FileAccess, FileSystemsConf } from './access.ts'
export type { FilePorts, FileSystem, StoredFile } from './file-system.ts'
export { hdfsSettings } from './hdfs/index.ts'
export { bucketSettings } from './s3a/index.ts'
export type { BucketSettings } from './s3a/index.ts'
export type { Upload } from './uploads.ts'
export { parseFileUrl, rootOf } from './url.ts'
export type { FileUrl } from './url.ts'
