import type {
  AgentInfo,
  ExecutorInfo,
  FrameworkInfo,
  HeldOperation,
  KillPolicy,
  Resource,
  TaskInfo,
  TaskStatus,
} from '../../protocol/index.ts'
import type { BuiltInKind, ContainerProcess, ExecutorEnding } from '../state.ts'
import { crc32 } from './crc32.ts'

/** One thing that an agent must know again when its process starts anew. */
export type CheckpointRecord =
  /** The first of a file: who wrote it, and what it had to offer. */
  | {
      readonly type: 'begin'
      readonly version: 1
      readonly info: AgentInfo
      /** Where executors of the house looked for it, if not at the port of its info. */
      readonly linePort?: number
    }
  /** Its master knows it by this id. */
  | { readonly type: 'agent'; readonly agentId: string; readonly epoch: number }
  /** Its master has given it up; it comes back as another. */
  | { readonly type: 'forget' }
  /** What was made of its resources by reservations and volumes. */
  | { readonly type: 'resources'; readonly resources: readonly Resource[] }
  | { readonly type: 'framework'; readonly frameworkId: string; readonly info: FrameworkInfo }
  /** It has nothing here any more. */
  | { readonly type: 'framework-over'; readonly frameworkId: string }
  /** Written before its process is started. */
  | {
      readonly type: 'executor'
      readonly frameworkId: string
      readonly info: ExecutorInfo
      readonly containerId: string
      readonly builtIn?: BuiltInKind
    }
  /** Its process runs; `mark` tells it from others that get the same number. */
  | {
      readonly type: 'started'
      readonly containerId: string
      readonly pid: number
      readonly mark: string
      readonly sinceUnixMs?: number
    }
  /** It is asked to end. */
  | { readonly type: 'ending'; readonly containerId: string; readonly ending: ExecutorEnding }
  | { readonly type: 'ended'; readonly containerId: string }
  /** Written before it is handed to its executor. */
  | {
      readonly type: 'task'
      readonly frameworkId: string
      readonly executorId: string
      readonly task: TaskInfo
      readonly group?: readonly string[]
    }
  /** Written before the task's own command is started, in a container of its own. */
  | {
      readonly type: 'task-container'
      readonly frameworkId: string
      readonly taskId: string
      readonly containerId: string
    }
  | ({
      readonly type: 'task-started'
      readonly frameworkId: string
      readonly taskId: string
    } & ContainerProcess)
  /** Written before an executor that is built in is told to kill a task. */
  | {
      readonly type: 'kill'
      readonly frameworkId: string
      readonly taskId: string
      readonly kill_policy?: KillPolicy
    }
  /** Written before its executor is acknowledged, and before the master is told. */
  | {
      readonly type: 'status'
      readonly frameworkId: string
      readonly status: TaskStatus
    }
  /** The framework has acknowledged the oldest status of the task. */
  | {
      readonly type: 'acknowledged'
      readonly frameworkId: string
      readonly taskId: string
      readonly uuid: Uint8Array
    }
  /** What became of an operation; written before the master is told. */
  | { readonly type: 'operation'; readonly held: HeldOperation }
  /** By `agentKey(framework, operation)`. */
  | { readonly type: 'operation-acknowledged'; readonly key: string }

const encoder = new TextEncoder()
const BYTES = '$base64'

/** A record as a line: the checksum of its JSON, a space, the JSON. */
export function lineOf(record: CheckpointRecord): string {
  const json = JSON.stringify(record, (_key, value: unknown) =>
    value instanceof Uint8Array
      ? {
          [BYTES]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
        }
      : value,
  )
  return `${checksum(json)} ${json}\n`
}

/** What {@link lineOf} was given; undefined if the line, without its line feed, is not whole. */
export function recordOf(line: string): CheckpointRecord | undefined {
  const json = line.slice(9)
  if (line[8] !== ' ' || line.slice(0, 8) !== checksum(json)) return undefined
  return JSON.parse(json, (_key, value: unknown) => {
    const text = isEncoded(value) ? value[BYTES] : undefined
    return text === undefined ? value : new Uint8Array(Buffer.from(text, 'base64'))
  }) as CheckpointRecord
}

function isEncoded(value: unknown): value is { readonly [BYTES]: string } {
  return typeof value === 'object' && value !== null && BYTES in value
}

function checksum(json: string): string {
  return crc32(encoder.encode(json)).toString(16).padStart(8, '0')
}
