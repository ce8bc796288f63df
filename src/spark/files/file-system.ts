import type {
  AppendFile,
  ByteSource,
  Disk,
  FileInfo,
  Http,
  ObjectStores,
  ReadFile,
} from '../../platform/index.ts'
import type { Uploads } from './uploads.ts'

/** The ways to files of every kind; an Environment has them all. */
export interface FilePorts {
  readonly disk: Disk
  readonly http: Http
  readonly objectStores: ObjectStores
}

/** A file or directory, and how it is cut where it lies. */
export interface StoredFile extends FileInfo {
  /** Of a file that is kept in blocks: their length, but for the last one's. */
  readonly blockBytes?: number
}

/** Where a block of a file lies. */
export interface FileBlock {
  readonly startBytes: number
  readonly lengthBytes: number
  /** Those that have it whole. */
  readonly hosts: readonly string[]
}

/**
 * Files that inputs are read from, and outputs written to: the disk's own, or another system's, whose paths are URLs. Failures
 * are those of a disk, with the URL as path: TROUPE_PLATFORM_FILE_UNREADABLE and TROUPE_PLATFORM_FILE_UNWRITABLE.
 */
export interface FileSystem {
  /** Resolves to undefined when there is nothing at `path`. */
  stat(path: string): Promise<StoredFile | undefined>
  /** The entries of a directory, sorted by name. */
  list(path: string): Promise<readonly StoredFile[]>
  /** @param endBytes up to where the file is likely to be read; all of it by default */
  open(path: string, endBytes?: number): Promise<ReadFile>
  readFile(path: string): Promise<Uint8Array>
  /** @throws TROUPE_PLATFORM_GZIP_DAMAGED, from `next` */
  openGzip(path: string): Promise<ByteSource>
  /** Creates or truncates. */
  create(path: string, options?: { readonly isSynced?: boolean }): Promise<AppendFile>
  writeFile(path: string, bytes: Uint8Array): Promise<void>
  makeDirectory(path: string): Promise<void>
  /** Replaces what is at `to`. */
  rename(from: string, to: string): Promise<void>
  /** Removes a file or a whole tree; nothing there is fine. */
  remove(path: string): Promise<void>
  /** Where the blocks of a file lie; left out where files lie nowhere in particular. */
  readonly blocks?: (path: string, sizeBytes: number) => Promise<readonly FileBlock[]>
  /** Files that nobody sees until they are completed; left out where renaming does that. */
  readonly uploads?: Uploads
}
