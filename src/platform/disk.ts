export interface FileInfo {
  readonly path: string
  readonly sizeBytes: number
  readonly isDirectory: boolean
}

/** A file opened for appending. Bytes are durable only once `sync` has resolved. */
export interface AppendFile {
  /** Resolves when the bytes were handed to the system, not when they are durable. */
  append(bytes: Uint8Array): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

/** A file opened for reading. */
export interface ReadFile {
  readonly sizeBytes: number
  /** Reads up to `length` bytes at `offset`; fewer only at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** Files. Paths are absolute or relative to the process's folder, `/` separated. */
export interface Disk {
  /** `path` as it is called from any folder; a relative one is meant from this process's. Touches nothing. */
  absolute(path: string): string
  /** Resolves to undefined when there is nothing at `path`. */
  stat(path: string): Promise<FileInfo | undefined>
  /** The entries of a directory, sorted by name. @throws TROUPE_PLATFORM_FILE_UNREADABLE */
  list(path: string): Promise<readonly FileInfo[]>
  /** @throws TROUPE_PLATFORM_FILE_UNREADABLE with the path and the system's reason. */
  open(path: string): Promise<ReadFile>
  readFile(path: string): Promise<Uint8Array>
  /** Creates or truncates. @throws TROUPE_PLATFORM_FILE_UNWRITABLE */
  create(path: string, options?: { readonly mode?: number }): Promise<AppendFile>
  writeFile(path: string, bytes: Uint8Array, options?: { readonly mode?: number }): Promise<void>
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
  /** A fresh directory under the system's temporary one. */
  makeTemporaryDirectory(prefix: string): Promise<string>
}
