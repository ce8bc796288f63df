import type * as Sdk from '@aws-sdk/client-s3'
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3'
import { fileUnreadable, fileUnwritable, type PlatformError } from '../errors.ts'
import type {
  ObjectInfo,
  ObjectListing,
  ObjectPage,
  ObjectStore,
  ObjectStores,
  ObjectStoreSettings,
} from '../object-store.ts'
import { objectUrl as urlOf } from '../object-store.ts'

/** Keys that one request removes at most. */
const REMOVED_AT_A_TIME = 1000

/** S3 and what speaks as it does, by Amazon's own client; that is loaded with the first request: it takes long. */
export const nodeObjectStores: ObjectStores = { open }

const known = new Map<string, S3Store>()

function open(settings: ObjectStoreSettings): ObjectStore {
  const name = JSON.stringify(settings)
  let store = known.get(name)
  if (store === undefined) {
    store = new S3Store(settings)
    known.set(name, store)
  }
  return store
}

interface Loaded {
  readonly sdk: typeof Sdk
  readonly client: S3Client
}

class S3Store implements ObjectStore {
  readonly #settings: ObjectStoreSettings
  #loading: Promise<Loaded> | undefined

  constructor(settings: ObjectStoreSettings) {
    this.#settings = settings
  }

  async head(bucket: string, key: string): Promise<ObjectInfo | undefined> {
    const { sdk, client } = await this.#loaded()
    try {
      const found = await client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }))
      return { key, sizeBytes: found.ContentLength ?? 0, tag: found.ETag ?? '' }
    } catch (error) {
      if (statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket') return undefined
      throw unreadable(bucket, key, error)
    }
  }

  async list(
    bucket: string,
    prefix: string,
    { delimiter, from, limit }: ObjectListing = {},
  ): Promise<ObjectPage> {
    const { sdk, client } = await this.#loaded()
    const input = {
      Bucket: bucket,
      Prefix: prefix,
      ...(delimiter !== undefined && { Delimiter: delimiter }),
      ...(from !== undefined && { ContinuationToken: from }),
      ...(limit !== undefined && { MaxKeys: limit }),
    }
    const page = await reading(bucket, prefix, client.send(new sdk.ListObjectsV2Command(input)))
    return {
      objects: (page.Contents ?? []).map(({ Key = '', Size = 0, ETag = '' }) => ({
        key: Key,
        sizeBytes: Size,
        tag: ETag,
      })),
      prefixes: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
      next: page.IsTruncated === true ? page.NextContinuationToken : undefined,
    }
  }

  async read(
    bucket: string,
    { key, tag }: ObjectInfo,
    offset: number,
    length: number,
  ): Promise<Uint8Array> {
    const { sdk, client } = await this.#loaded()
    const range = `bytes=${offset}-${offset + length - 1}`
    const input = { Bucket: bucket, Key: key, Range: range, ...(tag !== '' && { IfMatch: tag }) }
    try {
      const { Body } = await client.send(new sdk.GetObjectCommand(input))
      return (await Body?.transformToByteArray()) ?? new Uint8Array(0)
    } catch (error) {
      if (statusOf(error) === 412) {
        throw fileUnreadable(urlOf(bucket, key), 'it was written anew while it was read')
      }
      throw unreadable(bucket, key, error)
    }
  }

  async put(bucket: string, key: string, bytes: Uint8Array): Promise<void> {
    const { sdk, client } = await this.#loaded()
    const input = { Bucket: bucket, Key: key, Body: bytes }
    await writing(bucket, key, client.send(new sdk.PutObjectCommand(input)))
  }

  async remove(bucket: string, keys: readonly string[]): Promise<void> {
    const { sdk, client } = await this.#loaded()
    for (let at = 0; at < keys.length; at += REMOVED_AT_A_TIME) {
      const some = keys.slice(at, at + REMOVED_AT_A_TIME)
      const Objects = some.map((Key) => ({ Key }))
      const input = { Bucket: bucket, Delete: { Objects, Quiet: true } }
      const sent = client.send(new sdk.DeleteObjectsCommand(input))
      const { Errors = [] } = await writing(bucket, some[0] ?? '', sent)
      const [failed] = Errors
      if (failed !== undefined) {
        throw fileUnwritable(urlOf(bucket, failed.Key ?? ''), `${failed.Code}: ${failed.Message}`)
      }
    }
  }

  async copy(bucket: string, from: string, to: string): Promise<void> {
    const { sdk, client } = await this.#loaded()
    const source = `${bucket}/${from}`.split('/').map(encodeURIComponent).join('/')
    const input = { Bucket: bucket, Key: to, CopySource: source }
    await writing(bucket, to, client.send(new sdk.CopyObjectCommand(input)))
  }

  async beginUpload(bucket: string, key: string): Promise<string> {
    const { sdk, client } = await this.#loaded()
    const sent = client.send(new sdk.CreateMultipartUploadCommand({ Bucket: bucket, Key: key }))
    const { UploadId } = await writing(bucket, key, sent)
    if (UploadId !== undefined) return UploadId
    throw fileUnwritable(urlOf(bucket, key), 'an upload was begun and has no id')
  }

  async uploadPart(
    bucket: string,
    key: string,
    id: string,
    part: number,
    bytes: Uint8Array,
  ): Promise<string> {
    const { sdk, client } = await this.#loaded()
    const input = { Bucket: bucket, Key: key, UploadId: id, PartNumber: part, Body: bytes }
    const { ETag } = await writing(bucket, key, client.send(new sdk.UploadPartCommand(input)))
    return ETag ?? ''
  }

  async completeUpload(
    bucket: string,
    key: string,
    id: string,
    tags: readonly string[],
  ): Promise<void> {
    const { sdk, client } = await this.#loaded()
    const Parts = tags.map((ETag, i) => ({ ETag, PartNumber: i + 1 }))
    const input = { Bucket: bucket, Key: key, UploadId: id, MultipartUpload: { Parts } }
    await writing(bucket, key, client.send(new sdk.CompleteMultipartUploadCommand(input)))
  }

  async abortUpload(bucket: string, key: string, id: string): Promise<void> {
    const { sdk, client } = await this.#loaded()
    try {
      const input = { Bucket: bucket, Key: key, UploadId: id }
      await client.send(new sdk.AbortMultipartUploadCommand(input))
    } catch (error) {
      if (nameOf(error) !== 'NoSuchUpload') throw unwritable(bucket, key, error)
    }
  }

  async uploads(
    bucket: string,
    prefix: string,
  ): Promise<readonly { readonly key: string; readonly id: string }[]> {
    const { sdk, client } = await this.#loaded()
    const found: { readonly key: string; readonly id: string }[] = []
    let from: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {}
    while (from !== undefined) {
      const input: object = { Prefix: prefix, ...from }
      const command = new sdk.ListMultipartUploadsCommand({ Bucket: bucket, ...input })
      const page = await reading(bucket, prefix, client.send(command))
      for (const { Key = '', UploadId = '' } of page.Uploads ?? []) {
        found.push({ key: Key, id: UploadId })
      }
      const { IsTruncated, NextKeyMarker = '', NextUploadIdMarker = '' } = page
      from =
        IsTruncated === true
          ? { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker }
          : undefined
    }
    return found
  }

  #loaded(): Promise<Loaded> {
    // It would tell every program how long it goes on with this Node.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
    this.#loading ??= import('@aws-sdk/client-s3').then((sdk) => ({
      sdk,
      client: new sdk.S3Client(configOf(this.#settings)),
    }))
    return this.#loading
  }
}

function configOf(settings: ObjectStoreSettings): S3ClientConfig {
  const { endpoint, region, credentials, isPathStyle, maxAttempts } = settings
  return {
    region,
    forcePathStyle: isPathStyle,
    maxAttempts,
    ...(endpoint !== undefined && { endpoint }),
    // What is not Amazon's often knows no checksums but those that are asked for.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: settings.connectTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(credentials.type === 'keys' && {
      credentials: {
        accessKeyId: credentials.accessKey,
        secretAccessKey: credentials.secretKey,
        ...(credentials.sessionToken !== undefined && { sessionToken: credentials.sessionToken }),
      },
    }),
    ...(credentials.type === 'anonymous' && {
      credentials: { accessKeyId: 'anonymous', secretAccessKey: 'anonymous' },
      signer: { sign: (request) => Promise.resolve(request) },
    }),
  }
}

async function reading<T>(bucket: string, key: string, sent: Promise<T>): Promise<T> {
  try {
    return await sent
  } catch (error) {
    throw unreadable(bucket, key, error)
  }
}

async function writing<T>(bucket: string, key: string, sent: Promise<T>): Promise<T> {
  try {
    return await sent
  } catch (error) {
    throw unwritable(bucket, key, error)
  }
}

// What the client throws is not handed on: it may have the request in it, as it was signed.
function unreadable(bucket: string, key: string, error: unknown): PlatformError {
  return fileUnreadable(urlOf(bucket, key), reasonOf(error))
}

function unwritable(bucket: string, key: string, error: unknown): PlatformError {
  return fileUnwritable(urlOf(bucket, key), reasonOf(error))
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { message, name } = error
  const code = (error as { readonly code?: unknown }).code
  const word = typeof code === 'string' && name === 'Error' ? code : name
  const status = statusOf(error)
  const said = message === '' || message === word ? word : `${word}: ${message}`
  return status === undefined ? said : `${said}, HTTP ${status}`
}

function statusOf(error: unknown): number | undefined {
  const metadata = (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | null)
    ?.$metadata
  return metadata?.httpStatusCode
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}
