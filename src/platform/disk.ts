export interface FileInfo {
  readonly path: string
  readonly sizeBytes: number
  readonly isDirectory: boolean
}

/** More of a file, a directory or something else at a path; links are followed. */
export interface FileDetails {
  readonly path: string
  readonly kind: 'file' | 'directory' | 'other'
  readonly sizeBytes: number
  /** The permission bits, `0o755`. */
  readonly mode: number
  readonly userId: number
  readonly groupId: number
  /** How many names it has. */
  readonly links: number
  readonly modifiedUnixMs: number
}

/** What there is of a file system, what of it is taken, and what an ordinary user may still take: some may be kept from him. */
export interface DiskSpace {
  readonly totalBytes: number
  readonly usedBytes: number
  readonly freeBytes: number
}

/** A file opened for appending. Bytes are durable only once `sync` has resolved. */
export interface AppendFile {
  /** Resolves when the bytes were handed to the system, not when they are durable; their memory may be used again then. */
  append(bytes: Uint8Array): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** How a file is created. */
export interface CreateOptions {
  readonly mode?: number
  /** Whether it will be synced: what is appended may be on its way to the disk before. */
  readonly isSynced?: boolean
}

/** A file opened for reading. */
export interface ReadFile {
  readonly sizeBytes: number
  /**
   * Reads up to `length` bytes at `offset`; fewer only at the end of the file. They may be put into `into`, which has room for
   * `length`: what it resolves to begins there then, and else is memory of its own.
   */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>
  close(): Promise<void>
}

/** Bytes that come one piece after the other. */
export interface ByteSource {
  /** The next piece, never an empty one; undefined at the end. */
  next(): Promise<Uint8Array | undefined>
  /** Gives up early, or ends it; may be called more than once. */
  close(): Promise<void>
}

/** Files. Paths are absolute or relative to the process's folder, `/` separated. */
export interface Disk {
  /** `path` as it is called from any folder; a relative one is meant from this process's. Touches nothing. */
  absolute(path: string): string
  /** Resolves to undefined when there is nothing at `path`. */
  stat(path: string): Promise<FileInfo | undefined>
  /** Resolves to undefined when there is nothing at `path`. */
  describe(path: string): Promise<FileDetails | undefined>
  /** The absolute path without links that `path` leads to; undefined when there is nothing. */
  realPath(path: string): Promise<string | undefined>
  /** Of the file system that `path` is on. @throws TROUPE_PLATFORM_FILE_UNREADABLE */
  space(path: string): Promise<DiskSpace>
  /** The entries of a directory, sorted by name. @throws TROUPE_PLATFORM_FILE_UNREADABLE */
  list(path: string): Promise<readonly FileInfo[]>
  /** @throws TROUPE_PLATFORM_FILE_UNREADABLE with the path and the system's reason. */
  open(path: string): Promise<ReadFile>
  readFile(path: string): Promise<Uint8Array>
  /**
   * What is compressed in a gzip file, of one member or several, piece by piece.
   *
   * @throws TROUPE_PLATFORM_FILE_UNREADABLE; TROUPE_PLATFORM_GZIP_DAMAGED, from `next`, for what is no gzip, or not whole
   */
  openGzip(path: string): Promise<ByteSource>
  /** Creates or truncates. @throws TROUPE_PLATFORM_FILE_UNWRITABLE */
  create(path: string, options?: CreateOptions): Promise<AppendFile>
  writeFile(path: string, bytes: Uint8Array, options?: { readonly mode?: number }): Promise<void>
  /** Adds to the end of a file, which is made where there is none. @throws TROUPE_PLATFORM_FILE_UNWRITABLE */
  addTo(path: string, bytes: Uint8Array): Promise<void>
  /** What is at `path` was modified just now. @throws TROUPE_PLATFORM_FILE_UNWRITABLE, also when there is nothing */
  touch(path: string): Promise<void>
  makeDirectory(path: string): Promise<void>
  /** Atomic within one file system; replaces what is at `to`. */
  rename(from: string, to: string): Promise<void>
  /**
   * Makes `path` a symbolic link to `target`, which may be relative to the link's folder. A link or file there is replaced
   * at one stroke. @throws TROUPE_PLATFORM_FILE_UNWRITABLE
   */
  link(target: string, path: string): Promise<void>
  /** Removes a file or a whole tree; nothing there is fine. */
  remove(path: string): Promise<void>
  /** Removes a directory that has no files of its own, such as a cgroup; nothing there is fine. @throws TROUPE_PLATFORM_FILE_UNWRITABLE */
  removeDirectory(path: string): Promise<void>
  /** What a tree takes of its file system, as `du` counts it: links count, what they lead to does not. */
  usedBytes(path: string): Promise<number>
  /** Makes a user the owner of what is at `path`, which needs root. @throws TROUPE_PLATFORM_FILE_UNWRITABLE, TROUPE_PLATFORM_USER_UNKNOWN */
  giveTo(user: string, path: string): Promise<void>
  /** A fresh directory under the system's temporary one. */
  makeTemporaryDirectory(prefix: string): Promise<string>
  /**
   * The same files for a thread that answers nobody meanwhile: short accesses are done on it. Absent where that makes no difference, and
   * where each access is looked at.
   */
  readonly atOnce?: Disk
}
