import type { Consistency, TableStoreSettings } from '../../platform/index.ts'

const EMBEDDED = 'embedded:'

/** What else is said of a Cassandra cluster. */
export interface ClusterWishes {
  readonly localDataCenter: string
  readonly replication: number
  readonly consistency: Consistency
}

/** The store that `--cassandra-host` names: hosts parted by commas, or `embedded:` and a directory. */
export function storeOf(text: string, wishes: ClusterWishes): TableStoreSettings {
  if (text.startsWith(EMBEDDED)) return { type: 'embedded', directory: text.slice(EMBEDDED.length) }
  const { localDataCenter, replication, consistency } = wishes
  return {
    type: 'cassandra',
    contactPoints: hostsOf(text),
    localDataCenter,
    replication,
    readConsistency: consistency,
    writeConsistency: consistency,
  }
}

/** `host` or `host:port`, parted by commas. */
export function hostsOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}
