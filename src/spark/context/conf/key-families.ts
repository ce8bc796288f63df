/** Keys that have a name of the user's own in them. */
export interface KeyFamily {
  /** As people read it. */
  readonly key: string
  readonly pattern: RegExp
  readonly shown: string
  readonly doc: string
  /** The key whose values it takes, where it is one. */
  readonly like?: (key: string) => string
}

const S3A = 'spark.hadoop.fs.s3a'

export const KEY_FAMILIES: readonly KeyFamily[] = [
  {
    key: 'spark.hadoop.dfs.ha.namenodes.<nameservice>',
    pattern: /^spark\.hadoop\.dfs\.ha\.namenodes\.[^.]+$/,
    shown: 'none',
    doc: 'the namenodes of a nameservice',
  },
  {
    key: 'spark.hadoop.dfs.namenode.http-address.<nameservice>.<namenode>',
    pattern: /^spark\.hadoop\.dfs\.namenode\.http-address\.[^.]+(\.[^.]+)?$/,
    shown: 'none',
    doc: 'where one of these answers HTTP',
  },
  {
    key: 'spark.hadoop.fs.s3a.bucket.<bucket>.<key>',
    pattern: /^spark\.hadoop\.fs\.s3a\.bucket\.[^.]+\..+$/,
    shown: '`spark.hadoop.fs.s3a.<key>`',
    doc: 'any of these keys for one bucket',
    like: (key) => key.replace(/^spark\.hadoop\.fs\.s3a\.bucket\.[^.]+/, S3A),
  },
]

/** The family of a key. */
export function familyOf(key: string): KeyFamily | undefined {
  return KEY_FAMILIES.find(({ pattern }) => pattern.test(key))
}
