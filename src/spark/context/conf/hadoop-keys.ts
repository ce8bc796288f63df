import { optional, withDefault, type ConfEntries } from './conf-entry.ts'
import { flag, integer, size, text, time } from './parsers.ts'

/** Keys of files that lie elsewhere, by Hadoop's names. Sizes in bytes, times in ms. */
export interface HadoopKeys {
  readonly 'spark.hadoop.fs.defaultFS': string | undefined
  readonly 'spark.hadoop.dfs.nameservices': string | undefined
  readonly 'spark.hadoop.dfs.namenode.http-address': string | undefined
  readonly 'spark.hadoop.fs.s3a.endpoint': string | undefined
  readonly 'spark.hadoop.fs.s3a.endpoint.region': string | undefined
  readonly 'spark.hadoop.fs.s3a.access.key': string | undefined
  readonly 'spark.hadoop.fs.s3a.secret.key': string | undefined
  readonly 'spark.hadoop.fs.s3a.session.token': string | undefined
  readonly 'spark.hadoop.fs.s3a.aws.credentials.provider': string | undefined
  readonly 'spark.hadoop.fs.s3a.path.style.access': boolean
  readonly 'spark.hadoop.fs.s3a.connection.ssl.enabled': boolean
  readonly 'spark.hadoop.fs.s3a.attempts.maximum': number
  readonly 'spark.hadoop.fs.s3a.connection.establish.timeout': number
  readonly 'spark.hadoop.fs.s3a.connection.request.timeout': number
  readonly 'spark.hadoop.fs.s3a.block.size': number
  readonly 'spark.hadoop.fs.s3a.multipart.size': number
}

export const HADOOP_ENTRIES: ConfEntries<HadoopKeys> = {
  'spark.hadoop.fs.defaultFS': optional(
    text,
    'the disk',
    'what paths without a scheme belong to, such as `hdfs://host:8020`',
  ),
  'spark.hadoop.dfs.nameservices': optional(text, 'none', 'names that stand for several namenodes'),
  'spark.hadoop.dfs.namenode.http-address': optional(
    text,
    "port 9870 of the URL's host",
    'where the namenode of `hdfs://` answers HTTP',
  ),
  'spark.hadoop.fs.s3a.endpoint': optional(text, "Amazon's", 'where the object store answers'),
  'spark.hadoop.fs.s3a.endpoint.region': optional(text, 'us-east-1', 'its region'),
  'spark.hadoop.fs.s3a.access.key': optional(
    text,
    '`AWS_ACCESS_KEY_ID`',
    'who asks; needs the secret key beside it',
  ),
  'spark.hadoop.fs.s3a.secret.key': optional(text, '`AWS_SECRET_ACCESS_KEY`', 'that is proved by'),
  'spark.hadoop.fs.s3a.session.token': optional(
    text,
    '`AWS_SESSION_TOKEN`',
    'of keys that hold for a while',
  ),
  'spark.hadoop.fs.s3a.aws.credentials.provider': optional(
    text,
    'the keys, or what the machine says',
    "Hadoop's class for who asks, such as `…AnonymousAWSCredentialsProvider`",
  ),
  'spark.hadoop.fs.s3a.path.style.access': withDefault(
    flag,
    'false',
    "whether the bucket stands in the path, not in the host's name",
  ),
  'spark.hadoop.fs.s3a.connection.ssl.enabled': withDefault(
    flag,
    'true',
    'whether an endpoint without a scheme is asked by HTTPS',
  ),
  'spark.hadoop.fs.s3a.attempts.maximum': withDefault(
    integer(1),
    '5',
    'how often a request is made that fails for a passing reason',
  ),
  'spark.hadoop.fs.s3a.connection.establish.timeout': withDefault(
    time('ms', false),
    '30s',
    'the longest wait for a connection',
  ),
  'spark.hadoop.fs.s3a.connection.request.timeout': withDefault(
    time('ms', false),
    '60s',
    'the longest wait for an answer',
  ),
  'spark.hadoop.fs.s3a.block.size': withDefault(size(), '32m', 'bytes of a partition'),
  'spark.hadoop.fs.s3a.multipart.size': withDefault(
    size(),
    '8m',
    'bytes of a part that is written, 5m at least (Hadoop: 64m)',
  ),
}
