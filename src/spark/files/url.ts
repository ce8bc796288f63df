/** A path with the scheme of another file system than the disk's, taken apart. */
export interface FileUrl {
  /** In lower case. */
  readonly scheme: string
  /** A host, with its port if it has one, or the name of a bucket. */
  readonly authority: string
  /** Begins with `/`; as it is, nothing in it is escaped. */
  readonly path: string
}

/** Parts of `scheme://authority/path`; undefined for anything else. */
export function parseFileUrl(text: string): FileUrl | undefined {
  const [, scheme, authority, path] = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(\/.*)?$/is.exec(text) ?? []
  if (scheme === undefined || authority === undefined) return undefined
  return { scheme: scheme.toLowerCase(), authority, path: path ?? '/' }
}

/** The same as one text, without slashes that say nothing. */
export function fileUrl({ scheme, authority, path }: FileUrl): string {
  const names = path.split('/').filter((name) => name !== '' && name !== '.')
  return `${scheme}://${authority}/${names.join('/')}`
}

/** What stands before the path of a location: nothing of a path of the disk. */
export function rootOf(location: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(location)?.[0] ?? ''
}
