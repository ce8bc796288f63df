import { SparkError, invalidArgument } from '../errors.ts'
import type { FilePorts, FileSystem } from './file-system.ts'
import { Hdfs, type HdfsSettings } from './hdfs/index.ts'
import { ObjectFiles, type BucketSettings } from './s3a/index.ts'
import { fileUrl, parseFileUrl, type FileUrl } from './url.ts'

/** The file systems that can be named, by the scheme of their URLs. */
const SCHEMES = ['file', 'hdfs', 'webhdfs', 's3a']

/**
 * What tasks need to know to reach files by their paths: of the systems that are meant, and no others. Plain data; it may have
 * secrets in it, and travels with the code of a stage, which goes to the application's own executors only.
 */
export interface FileAccess {
  readonly hdfs?: HdfsSettings
  readonly buckets?: Readonly<Record<string, BucketSettings>>
}

/** What a configuration says of files elsewhere. */
export interface FileSystemsConf {
  /** `fs.defaultFS`: what paths without a scheme belong to; undefined for the disk. */
  readonly defaultRoot: FileUrl | undefined
  readonly hdfs: HdfsSettings
  /** @throws TROUPE_SPARK_ARGUMENT_INVALID */
  readonly bucket: (name: string) => BucketSettings
}

/** The file system of a path, in a task or on the driver. @param path as {@link DriverFiles} has made it */
export function fileSystemAt(ports: FilePorts, access: FileAccess, path: string): FileSystem {
  const url = parseFileUrl(path)
  if (url === undefined) return ports.disk
  if (url.scheme === 's3a') {
    const settings = access.buckets?.[url.authority]
    if (settings !== undefined) {
      return new ObjectFiles(ports.objectStores.open(settings.store), url.authority, settings)
    }
  } else if (access.hdfs !== undefined && (url.scheme === 'hdfs' || url.scheme === 'webhdfs')) {
    return new Hdfs(ports.http, access.hdfs, url)
  }
  throw unknownScheme(path, url.scheme)
}

/** Files as the driver knows them: what paths are called everywhere, and how they are reached. */
export class DriverFiles {
  readonly ports: FilePorts
  readonly #conf: FileSystemsConf

  constructor(ports: FilePorts, conf: FileSystemsConf) {
    this.ports = ports
    this.#conf = conf
  }

  /**
   * What a path is called from everywhere: an absolute one of the disk, or a URL. Nothing is asked for.
   *
   * @throws TROUPE_SPARK_SCHEME_UNKNOWN, TROUPE_SPARK_ARGUMENT_INVALID
   */
  absolute(text: string): string {
    const { disk } = this.ports
    const [, scheme, rest = text] = /^([a-z][a-z0-9+.-]*):(\/.*)$/is.exec(text) ?? []
    if (scheme === undefined) return this.#withoutScheme(text)
    if (scheme.toLowerCase() === 'file') {
      const [, host, path = rest] = /^\/\/([^/]*)(\/.*)$/s.exec(rest) ?? []
      if (host === undefined || host === '' || host === 'localhost') return disk.absolute(path)
      throw invalidArgument('a path', text, 'a URL file:/… without a host, or one of localhost')
    }
    const url = parseFileUrl(text)
    if (!SCHEMES.includes(scheme.toLowerCase())) throw unknownScheme(text, scheme)
    const { defaultRoot } = this.#conf
    if ((url?.authority ?? '') === '' && defaultRoot?.scheme === scheme.toLowerCase()) {
      return fileUrl({ ...defaultRoot, path: url?.path ?? rest })
    }
    if (url === undefined || url.authority === '') {
      throw invalidArgument('a path', text, `a URL ${scheme}://… with a ${nameOf(scheme)}`)
    }
    // Hadoop took keys from there, and they came to stand in logs.
    if (url.authority.includes('@')) {
      throw invalidArgument(
        'a path',
        text.replace(url.authority, '…'),
        'a URL without a user or keys in it; spark.hadoop.fs.s3a.access.key and spark.hadoop.fs.s3a.secret.key are for these',
      )
    }
    return fileUrl(url)
  }

  /** What tasks need to reach these paths. @throws TROUPE_SPARK_ARGUMENT_INVALID for settings that don't fit */
  accessTo(paths: readonly string[]): FileAccess {
    const urls = paths.map(parseFileUrl).filter((url) => url !== undefined)
    const buckets = new Set(
      urls.filter(({ scheme }) => scheme === 's3a').map(({ authority }) => authority),
    )
    const settings = [...buckets].map((name) => [name, this.#conf.bucket(name)] as const)
    return {
      ...(urls.some(({ scheme }) => scheme !== 's3a') && { hdfs: this.#conf.hdfs }),
      ...(buckets.size > 0 && { buckets: Object.fromEntries(settings) }),
    }
  }

  /** The file system of a path that {@link DriverFiles.absolute} has made. */
  at(path: string): FileSystem {
    return fileSystemAt(this.ports, this.accessTo([path]), path)
  }

  #withoutScheme(text: string): string {
    const { defaultRoot, hdfs } = this.#conf
    if (defaultRoot === undefined) return this.ports.disk.absolute(text)
    // As Hadoop's working directory.
    const home = defaultRoot.scheme === 's3a' ? '' : `/user/${hdfs.userName ?? 'dr.who'}/`
    return fileUrl({ ...defaultRoot, path: text.startsWith('/') ? text : home + text })
  }
}

function nameOf(scheme: string): string {
  return scheme.toLowerCase() === 's3a' ? 'bucket' : 'host, or spark.hadoop.fs.defaultFS'
}

function unknownScheme(path: string, scheme: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_SCHEME_UNKNOWN',
    `No FileSystem for scheme "${scheme}": ${path}; known are ${SCHEMES.join(', ')}, and paths without a scheme`,
    { data: { path, scheme } },
  )
}
