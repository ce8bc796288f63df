/** Who asks: keys, nobody, or whom the machine says (variables, profiles, the instance's role). */
export type ObjectStoreCredentials =
  | {
      readonly type: 'keys'
      readonly accessKey: string
      readonly secretKey: string
      readonly sessionToken: string | undefined
    }
  | { readonly type: 'anonymous' }
  | { readonly type: 'machine' }

/** Where an object store is, and how it is asked. Plain data; it has secrets in it. */
export interface ObjectStoreSettings {
  /** `http://host:port`; undefined for that of Amazon's region. */
  readonly endpoint: string | undefined
  readonly region: string
  readonly credentials: ObjectStoreCredentials
  /** Whether the bucket stands in the path of a URL, not in the name of its host. */
  readonly isPathStyle: boolean
  /** How often a request is made that fails for a passing reason, at most. */
  readonly maxAttempts: number
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
}

export interface ObjectInfo {
  readonly key: string
  readonly sizeBytes: number
  /** Another one when its bytes are others. */
  readonly tag: string
}

/** Some of the keys below a prefix, up to the next `/`. */
export interface ObjectPage {
  /** In order of their keys. */
  readonly objects: readonly ObjectInfo[]
  /** What they have in common up to the `/`, that included. */
  readonly prefixes: readonly string[]
  /** What the next page is asked with; undefined at the end. */
  readonly next: string | undefined
}

export interface ObjectListing {
  /** Undefined: whatever follows the prefix, `/` or not. */
  readonly delimiter?: '/'
  readonly from?: string | undefined
  readonly limit?: number
}

/**
 * Objects in buckets, as S3 has them. Every failure names the bucket and the key as `s3a://bucket/key`, and has no secret in it:
 * TROUPE_PLATFORM_FILE_UNREADABLE, TROUPE_PLATFORM_FILE_UNWRITABLE.
 */
export interface ObjectStore {
  /** Resolves to undefined when there is no such object. */
  head(bucket: string, key: string): Promise<ObjectInfo | undefined>
  list(bucket: string, prefix: string, options?: ObjectListing): Promise<ObjectPage>
  /** Up to `length` bytes of an object that still has this tag; fewer only at its end. */
  read(bucket: string, object: ObjectInfo, offset: number, length: number): Promise<Uint8Array>
  put(bucket: string, key: string, bytes: Uint8Array): Promise<void>
  /** What is not there is fine. */
  remove(bucket: string, keys: readonly string[]): Promise<void>
  copy(bucket: string, from: string, to: string): Promise<void>
  /** Begins an object whose parts come one by one; answers its id. */
  beginUpload(bucket: string, key: string): Promise<string>
  /** @param part from 1; all but the last have 5 MiB or more @returns the part's tag */
  uploadPart(
    bucket: string,
    key: string,
    id: string,
    part: number,
    bytes: Uint8Array,
  ): Promise<string>
  /** The object is there, at one stroke. */
  completeUpload(bucket: string, key: string, id: string, tags: readonly string[]): Promise<void>
  /** What is not there is fine. */
  abortUpload(bucket: string, key: string, id: string): Promise<void>
  /** Those that were begun below a prefix and neither completed nor given up. */
  uploads(
    bucket: string,
    prefix: string,
  ): Promise<readonly { readonly key: string; readonly id: string }[]>
}

/** Object stores by their settings. */
export interface ObjectStores {
  /** The same one for the same settings. Asks nothing yet. */
  open(settings: ObjectStoreSettings): ObjectStore
}

/** How errors name an object. */
export function objectUrl(bucket: string, key: string): string {
  return `s3a://${bucket}/${key}`
}
