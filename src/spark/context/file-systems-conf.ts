import { invalidArgument } from '../errors.ts'
import {
  bucketSettings,
  hdfsSettings,
  parseFileUrl,
  type BucketSettings,
  type FileSystemsConf,
  type FileUrl,
} from '../files/index.ts'
import { confValue, type SparkConf } from './conf/index.ts'

type Variables = Readonly<Record<string, string | undefined>>

const HADOOP = 'spark.hadoop.'
const BUCKET = 'spark.hadoop.fs.s3a.bucket.'

/**
 * What a configuration and the driver's variables say of files that lie elsewhere: `spark.hadoop.dfs.*`,
 * `spark.hadoop.fs.s3a.*`, `HADOOP_USER_NAME`, `AWS_ACCESS_KEY_ID` and its like.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID for a default file system that is none
 */
export function fileSystemsConf(conf: SparkConf, variables: Variables): FileSystemsConf {
  const hadoop = new Map(
    Object.entries(conf)
      .filter(([key]) => key.startsWith(HADOOP))
      .map(([key, value]) => [key.slice(HADOOP.length), String(value)]),
  )
  // As Hadoop has it, and then the system.
  const user = variables['HADOOP_USER_NAME'] ?? variables['USER'] ?? variables['LOGNAME']
  return {
    defaultRoot: defaultRoot(conf),
    hdfs: hdfsSettings(hadoop, user),
    bucket: (name) => bucketOf(ofBucket(conf, name), variables),
  }
}

function defaultRoot(conf: SparkConf): FileUrl | undefined {
  const key = 'spark.hadoop.fs.defaultFS'
  const text = confValue(conf, key)
  if (text === undefined || /^file:/i.test(text)) return undefined
  const url = parseFileUrl(text)
  if (url !== undefined && url.authority !== '') return url
  throw invalidArgument(key, text, 'a URL such as hdfs://host:8020, or file:///')
}

/** The keys of one bucket in place of those of all. */
function ofBucket(conf: SparkConf, bucket: string): SparkConf {
  const prefix = `${BUCKET}${bucket}.`
  const own = Object.entries(conf).filter(([key]) => key.startsWith(prefix))
  return {
    ...conf,
    ...Object.fromEntries(
      own.map(([key, value]) => [`${HADOOP}fs.s3a.${key.slice(prefix.length)}`, value]),
    ),
  }
}

function bucketOf(conf: SparkConf, variables: Variables): BucketSettings {
  const accessKey = confValue(conf, 'spark.hadoop.fs.s3a.access.key')
  const secretKey = confValue(conf, 'spark.hadoop.fs.s3a.secret.key')
  const hasKeys = accessKey !== undefined || secretKey !== undefined
  // Executors have other variables: the driver's travel as keys do.
  const [ofAccess, ofSecret] = [variables['AWS_ACCESS_KEY_ID'], variables['AWS_SECRET_ACCESS_KEY']]
  const isBoth = !hasKeys && ofAccess !== undefined && ofSecret !== undefined
  return bucketSettings({
    endpoint: confValue(conf, 'spark.hadoop.fs.s3a.endpoint'),
    region: confValue(conf, 'spark.hadoop.fs.s3a.endpoint.region'),
    accessKey: isBoth ? ofAccess : accessKey,
    secretKey: isBoth ? ofSecret : secretKey,
    sessionToken: isBoth
      ? variables['AWS_SESSION_TOKEN']
      : confValue(conf, 'spark.hadoop.fs.s3a.session.token'),
    provider: confValue(conf, 'spark.hadoop.fs.s3a.aws.credentials.provider'),
    isPathStyle: confValue(conf, 'spark.hadoop.fs.s3a.path.style.access'),
    isSecure: confValue(conf, 'spark.hadoop.fs.s3a.connection.ssl.enabled'),
    maxAttempts: confValue(conf, 'spark.hadoop.fs.s3a.attempts.maximum'),
    connectTimeoutMs: confValue(conf, 'spark.hadoop.fs.s3a.connection.establish.timeout'),
    requestTimeoutMs: confValue(conf, 'spark.hadoop.fs.s3a.connection.request.timeout'),
    blockBytes: confValue(conf, 'spark.hadoop.fs.s3a.block.size'),
    partBytes: confValue(conf, 'spark.hadoop.fs.s3a.multipart.size'),
  })
}
