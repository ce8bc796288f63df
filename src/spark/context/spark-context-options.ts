import type { ActorSystem, TroupeNode } from '../../actors/index.ts'
import type { SchedulerBackend } from '../backend/index.ts'
import type { SparkListener } from '../events/index.ts'
import type { StageCodec } from '../task/index.ts'
import type { SparkConf } from './conf/index.ts'

/** How a context is made. */
export interface SparkContextOptions {
  /** `local`, `local[k]`, `local[*]`, `local[k,F]`, `local-cluster[n,c,m]`, `mesos://host:port`, or for any Mesos master `mesos://http://host:port`; `spark.master` where it is not given. */
  readonly master?: string
  /** `spark.app.name` where it is not given. */
  readonly appName?: string
  /** By Spark's keys (docs/engine.md); they go before those that `troupe spark-submit` hands over. */
  readonly conf?: SparkConf
  /** The system that the driver's actors live in; one of its own by default, which `stop` ends. */
  readonly system?: ActorSystem
  /** The node of `system`, if it is one; otherwise a cluster's backend makes it one. */
  readonly node?: TroupeNode
  /** In place of what `master` says: where executors come from. */
  readonly backend?: SchedulerBackend
  /** In place of capture by closure: how stages travel. */
  readonly stages?: StageCodec
  /** Told of everything from the beginning. */
  readonly listener?: SparkListener
}
