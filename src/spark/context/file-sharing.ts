import type { SharedFiles } from '../shared-files/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'
import { ContextFacts } from './context-facts.ts'

/** How {@link FileSharing.addFile} takes a path. */
export interface AddFileOptions {
  /** Whether it may be a directory, of which all files go. */
  readonly recursive?: boolean
}

/** The part of a context that hands files to executors. */
export abstract class FileSharing extends ContextFacts {
  protected abstract readonly sharedFiles: SharedFiles

  /**
   * Hands a file to all executors, before the next task that each runs; functions find it by `SparkFiles.get` and the last part of its
   * path. A name that was added already is not added again, with a warning.
   *
   * @throws TROUPE_SPARK_ARGUMENT_INVALID, TROUPE_SPARK_SCHEME_UNKNOWN; TROUPE_PLATFORM_FILE_UNREADABLE
   */
  async addFile(path: string, { recursive = false }: AddFileOptions = {}): Promise<void> {
    this.checkRunning()
    await this.sharedFiles.addFile(path, recursive)
  }

  /**
   * Hands a `.tar`, `.tar.gz`, `.tgz`, `.zip` or `.jar` to all executors, which unpack it into a directory that is called as the archive is, or
   * as what stands behind `#` in the path; functions find that by `SparkFiles.get`.
   *
   * @throws as {@link FileSharing.addFile}
   */
  async addArchive(path: string): Promise<void> {
    this.checkRunning()
    await this.sharedFiles.addArchive(path)
  }

  /** Hands over what the configuration names. @throws as {@link FileSharing.addFile} */
  protected async shareConfigured(conf: SparkConf): Promise<void> {
    for (const path of confValue(conf, 'spark.files')) {
      await this.sharedFiles.addFile(path, true)
    }
    for (const path of confValue(conf, 'spark.archives')) {
      await this.sharedFiles.addArchive(path)
    }
  }

  /** The paths that {@link FileSharing.addFile} was given. */
  listFiles(): readonly string[] {
    return this.sharedFiles.list(false)
  }

  /** The paths that {@link FileSharing.addArchive} was given. */
  listArchives(): readonly string[] {
    return this.sharedFiles.list(true)
  }
}
