import type { ObjectStoreCredentials, ObjectStoreSettings } from '../../../platform/index.ts'
import { invalidArgument } from '../../errors.ts'

/** How one bucket is reached, and its objects are cut and written. Plain data; it has secrets in it. */
export interface BucketSettings {
  readonly store: ObjectStoreSettings
  /** `fs.s3a.block.size`: bytes of a partition. */
  readonly blockBytes: number
  /** `fs.s3a.multipart.size`: bytes of a part of an object that is written. */
  readonly partBytes: number
}

/** The values of `fs.s3a.*`, as the registry of keys reads them. */
export interface S3aValues {
  readonly endpoint: string | undefined
  readonly region: string | undefined
  readonly accessKey: string | undefined
  readonly secretKey: string | undefined
  readonly sessionToken: string | undefined
  /** Names of Hadoop's classes, with commas between them. */
  readonly provider: string | undefined
  readonly isPathStyle: boolean
  readonly isSecure: boolean
  readonly maxAttempts: number
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly blockBytes: number
  readonly partBytes: number
}

const DEFAULT_REGION = 'us-east-1'
const LEAST_PART_BYTES = 5 << 20

/** Hadoop's classes, by the ends of their names, and Amazon's. */
const PROVIDERS: Readonly<Record<string, 'keys' | 'anonymous' | 'machine'>> = {
  AnonymousAWSCredentialsProvider: 'anonymous',
  AnonymousCredentialsProvider: 'anonymous',
  SimpleAWSCredentialsProvider: 'keys',
  TemporaryAWSCredentialsProvider: 'keys',
  EnvironmentVariableCredentialsProvider: 'machine',
  IAMInstanceCredentialsProvider: 'machine',
  InstanceProfileCredentialsProvider: 'machine',
  DefaultCredentialsProvider: 'machine',
  ProfileCredentialsProvider: 'machine',
  DefaultAWSCredentialsProviderChain: 'machine',
}

/**
 * What the values mean.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID for a provider that is not known, and keys that are not there
 */
export function bucketSettings(values: S3aValues): BucketSettings {
  const { partBytes, blockBytes, endpoint, isSecure } = values
  if (partBytes < LEAST_PART_BYTES) {
    throw invalidArgument('spark.hadoop.fs.s3a.multipart.size', partBytes, 'a size of 5m or more')
  }
  const scheme = isSecure ? 'https' : 'http'
  return {
    blockBytes,
    partBytes,
    store: {
      endpoint:
        endpoint === undefined || /^https?:\/\//.test(endpoint)
          ? endpoint
          : `${scheme}://${endpoint}`,
      region: values.region ?? DEFAULT_REGION,
      credentials: credentialsOf(values),
      isPathStyle: values.isPathStyle,
      maxAttempts: values.maxAttempts,
      connectTimeoutMs: values.connectTimeoutMs,
      requestTimeoutMs: values.requestTimeoutMs,
    },
  }
}

function credentialsOf(values: S3aValues): ObjectStoreCredentials {
  const { accessKey, secretKey, sessionToken, provider } = values
  const keys: ObjectStoreCredentials | undefined =
    accessKey === undefined || secretKey === undefined
      ? undefined
      : { type: 'keys', accessKey, secretKey, sessionToken }
  if ((accessKey === undefined) !== (secretKey === undefined)) {
    throw invalidArgument(
      'spark.hadoop.fs.s3a.access.key and …secret.key',
      'one of them',
      'both, or none',
    )
  }
  const names = (provider ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  if (names.length === 0) return keys ?? { type: 'machine' }
  for (const name of names) {
    const kind = PROVIDERS[name.slice(name.lastIndexOf('.') + 1)]
    if (kind === undefined) {
      throw invalidArgument(
        'spark.hadoop.fs.s3a.aws.credentials.provider',
        name,
        `of ${Object.keys(PROVIDERS).join(', ')}`,
      )
    }
    if (kind === 'keys' && keys !== undefined) return keys
    if (kind !== 'keys') return { type: kind }
  }
  throw invalidArgument(
    'spark.hadoop.fs.s3a.aws.credentials.provider',
    provider,
    'spark.hadoop.fs.s3a.access.key and spark.hadoop.fs.s3a.secret.key beside it',
  )
}
