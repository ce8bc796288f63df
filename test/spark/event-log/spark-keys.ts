/** The keys that Spark 4.3.0 writes for each event, taken from a log of its own, with those in which it puts what we have not left out. */
const STAGE =
  'Stage ID, Stage Attempt ID, Stage Name, Number of Tasks, RDD Info, Parent IDs, Details, Submission Time, Accumulables, Resource Profile Id, Shuffle Push Enabled, Shuffle Push Mergers Count'
const TASK =
  'Task ID, Index, Attempt, Partition ID, Launch Time, Executor ID, Host, Locality, Speculative, Getting Result Time, Finish Time, Failed, Killed, Accumulables'

/** Event → keys; `outer.inner` → the keys of what stands there. */
export const sparkKeys: Readonly<Record<string, string>> = {
  SparkListenerLogStart: 'Event, Spark Version',
  SparkListenerResourceProfileAdded:
    'Event, Resource Profile Id, Executor Resource Requests, Task Resource Requests',
  SparkListenerEnvironmentUpdate:
    'Event, JVM Information, Spark Properties, Hadoop Properties, System Properties, Metrics Properties, Classpath Entries',
  SparkListenerApplicationStart: 'Event, App Name, App ID, Timestamp, User',
  SparkListenerApplicationEnd: 'Event, Timestamp',
  SparkListenerExecutorAdded: 'Event, Timestamp, Executor ID, Executor Info',
  'SparkListenerExecutorAdded.Executor Info':
    'Host, Total Cores, Log Urls, Attributes, Resources, Resource Profile Id',
  SparkListenerBlockManagerAdded:
    'Event, Block Manager ID, Maximum Memory, Timestamp, Maximum Onheap Memory, Maximum Offheap Memory',
  'SparkListenerBlockManagerAdded.Block Manager ID': 'Executor ID, Host, Port',
  SparkListenerJobStart: 'Event, Job ID, Submission Time, Stage Infos, Stage IDs, Properties',
  SparkListenerStageSubmitted: 'Event, Stage Info, Properties',
  'SparkListenerStageSubmitted.Stage Info': STAGE,
  'SparkListenerStageSubmitted.Stage Info.RDD Info':
    'RDD ID, Name, Callsite, Parent IDs, Storage Level, Barrier, DeterministicLevel, Number of Partitions, Number of Cached Partitions, Memory Size, Disk Size',
  'SparkListenerStageSubmitted.Stage Info.RDD Info.Storage Level':
    'Use Disk, Use Memory, Use Off Heap, Deserialized, Replication',
  SparkListenerStageCompleted: 'Event, Stage Info',
  'SparkListenerStageCompleted.Stage Info': STAGE.replace(
    'Submission Time',
    'Submission Time, Completion Time',
  ),
  SparkListenerTaskStart: 'Event, Stage ID, Stage Attempt ID, Task Info',
  'SparkListenerTaskStart.Task Info': TASK,
  SparkListenerTaskEnd:
    'Event, Stage ID, Stage Attempt ID, Task Type, Task End Reason, Task Info, Task Executor Metrics, Task Metrics',
  'SparkListenerTaskEnd.Task Info': TASK,
  'SparkListenerTaskEnd.Task Metrics':
    'Executor Deserialize Time, Executor Deserialize CPU Time, Executor Run Time, Executor CPU Time, Peak Execution Memory, Peak On Heap Execution Memory, Peak Off Heap Execution Memory, Result Size, JVM GC Time, Result Serialization Time, Memory Bytes Spilled, Disk Bytes Spilled, Shuffle Read Metrics, Shuffle Write Metrics, Input Metrics, Output Metrics, Updated Blocks',
  'SparkListenerTaskEnd.Task Metrics.Shuffle Read Metrics':
    'Remote Blocks Fetched, Local Blocks Fetched, Fetch Wait Time, Remote Bytes Read, Remote Bytes Read To Disk, Local Bytes Read, Total Records Read, Remote Requests Duration',
  'SparkListenerTaskEnd.Task Metrics.Shuffle Write Metrics':
    'Shuffle Bytes Written, Shuffle Write Time, Shuffle Records Written',
  'SparkListenerTaskEnd.Task Metrics.Input Metrics': 'Bytes Read, Records Read',
  'SparkListenerTaskEnd.Task Metrics.Output Metrics': 'Bytes Written, Records Written',
  SparkListenerBlockUpdated: 'Event, Block Updated Info',
  'SparkListenerBlockUpdated.Block Updated Info':
    'Block Manager ID, Block ID, Storage Level, Memory Size, Disk Size',
  SparkListenerUnpersistRDD: 'Event, RDD ID',
  SparkListenerJobEnd: 'Event, Job ID, Completion Time, Job Result',
}
