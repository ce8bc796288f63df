import type { DecisionNote } from '../../../actors/index.ts'
import type { ExecutorTemplate } from '../../executor/index.ts'
import type {
  ApplicationCall,
  ApplicationDescription,
  ApplicationEvent,
  ApplicationState,
  DriverDescription,
  DriverReply,
  DriverState,
  ExecutorState,
  ProfileRequest,
  WorkerCall,
  WorkerDescription,
  WorkerEvent,
  WorkerState,
} from '../protocol/index.ts'
import type { MasterOptions } from './options.ts'

export interface WorkerInfo extends WorkerDescription {
  readonly state: WorkerState
  /** Its session; undefined while it has none. */
  readonly connection: string | undefined
  /** When it was heard of last, or its session ended if it has none. */
  readonly heardMs: number
  /** The same as Unix time. */
  readonly heardUnixMs: number
}

export interface ExecutorInfo {
  readonly executorId: number
  readonly workerId: string
  readonly cores: number
  readonly memoryMb: number
  /** The resource profile that it was started for; the default one is 0. */
  readonly profileId: number
  readonly state: ExecutorState
}

export interface ApplicationInfo {
  readonly applicationId: string
  readonly description: ApplicationDescription
  readonly state: ApplicationState
  readonly startUnixMs: number
  /** Once it is over. */
  readonly endUnixMs: number | undefined
  readonly connection: string | undefined
  /** When its session ended, if it has none. */
  readonly leftMs: number
  /** What its executors are told; undefined until it has come back to a master that was started again. */
  readonly executor: ExecutorTemplate | undefined
  readonly nextExecutorId: number
  /** Executors that have failed in a row, none of them running in between. */
  readonly retryCount: number
  /** Of the default resource profile. */
  readonly executorLimit: number
  /** What it wants of other resource profiles, by their ids. */
  readonly profiles: ReadonlyMap<number, ProfileRequest>
  readonly executors: ReadonlyMap<number, ExecutorInfo>
  /** Executors that it believed in when it came back, until recovery is over. */
  readonly claimed: readonly number[]
}

export interface DriverInfo {
  readonly driverId: string
  readonly description: DriverDescription
  readonly state: DriverState
  readonly startUnixMs: number
  /** Where it was launched. */
  readonly workerId: string | undefined
  /** Why it has ended, if there is more to say. */
  readonly message: string | undefined
}

/** All that a master knows. */
export interface MasterState {
  readonly options: MasterOptions
  /** RECOVERING: it waits for those that it knew before it was started again, and schedules nothing. */
  readonly status: 'RECOVERING' | 'ALIVE'
  readonly recoverUntilMs: number
  /** id → worker, also dead ones for a while */
  readonly workers: ReadonlyMap<string, WorkerInfo>
  /** id → application that is not over, in the order of their coming */
  readonly applications: ReadonlyMap<string, ApplicationInfo>
  /** id → driver that is not over, in the order of their coming */
  readonly drivers: ReadonlyMap<string, DriverInfo>
  /** Newest last. */
  readonly completedApplications: readonly ApplicationInfo[]
  readonly completedDrivers: readonly DriverInfo[]
  readonly nextDriverNumber: number
  /** `host:port` of those that may lead, this one among them; empty where nobody else may. */
  readonly masters: readonly string[]
}

/** What a master writes down of a worker. */
export interface StoredWorker extends WorkerDescription {
  readonly kind: 'worker'
}

/** Nothing that is secret: the application brings that itself. */
export interface StoredApplication {
  readonly kind: 'app'
  readonly applicationId: string
  readonly description: ApplicationDescription
  readonly startUnixMs: number
}

export interface StoredDriver {
  readonly kind: 'driver'
  readonly driverId: string
  readonly description: DriverDescription
  readonly startUnixMs: number
  readonly workerId: string | undefined
}

/** What is kept over a master's end. */
export type StoredItem = StoredWorker | StoredApplication | StoredDriver

/** What happens to a master. */
export type MasterEvent =
  | { readonly type: 'recovered'; readonly items: readonly StoredItem[] }
  | { readonly type: 'worker-call'; readonly connection: string; readonly call: WorkerCall }
  | {
      readonly type: 'application-call'
      readonly connection: string
      readonly call: ApplicationCall
    }
  | { readonly type: 'disconnected'; readonly connection: string }
  | { readonly type: 'tick' }
  | { readonly type: 'masters'; readonly addresses: readonly string[] }
  | {
      readonly type: 'driver-submitted'
      readonly request: number
      readonly driver: DriverDescription
    }
  | { readonly type: 'driver-kill-asked'; readonly request: number; readonly driverId: string }

/** When something happens. */
export interface Moment {
  readonly nowMs: number
  readonly unixMs: number
  /** Drawn anew each time: where the round over the workers begins. */
  readonly turn: number
}

/** The places where a master decides. */
export type DeployPoint = 'application' | 'placement' | 'driver' | 'worker'

/** What a master has done, in this order. */
export type MasterEffect =
  | { readonly type: 'to-worker'; readonly connection: string; readonly event: WorkerEvent }
  | {
      readonly type: 'to-application'
      readonly connection: string
      readonly event: ApplicationEvent
    }
  /** What comes after happens only once this is durable. */
  | { readonly type: 'keep'; readonly item: StoredItem }
  | { readonly type: 'forget'; readonly kind: StoredItem['kind']; readonly id: string }
  | { readonly type: 'reply'; readonly request: number; readonly reply: DriverReply }
  | { readonly type: 'close'; readonly connection: string }
  | {
      readonly type: 'note'
      readonly point: DeployPoint
      readonly note: DecisionNote
      readonly key: string | undefined
    }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }

export function initialState(options: MasterOptions): MasterState {
  return {
    options,
    status: 'RECOVERING',
    recoverUntilMs: 0,
    workers: new Map(),
    applications: new Map(),
    drivers: new Map(),
    completedApplications: [],
    completedDrivers: [],
    nextDriverNumber: 0,
    masters: [],
  }
}

/** The cores that an application has. */
export function coresGranted({ executors }: ApplicationInfo): number {
  return [...executors.values()].reduce((sum, { cores }) => sum + cores, 0)
}

/** The cores that it may have besides. */
export function coresLeft(app: ApplicationInfo, { defaultCores }: MasterOptions): number {
  return Math.max(0, (app.description.maxCores ?? defaultCores) - coresGranted(app))
}

/** What of a worker is taken. */
export interface Usage {
  readonly cores: number
  readonly memoryMb: number
  readonly executors: number
  readonly drivers: number
}

const NOTHING: Usage = { cores: 0, memoryMb: 0, executors: 0, drivers: 0 }

/** What is taken of each worker, by its id: what runs there is the only account of it. */
export function usageOf(state: MasterState): (workerId: string) => Usage {
  const taken = new Map<string, Usage>()
  const add = (workerId: string, more: Usage): void => {
    const before = taken.get(workerId) ?? NOTHING
    taken.set(workerId, {
      cores: before.cores + more.cores,
      memoryMb: before.memoryMb + more.memoryMb,
      executors: before.executors + more.executors,
      drivers: before.drivers + more.drivers,
    })
  }
  for (const { executors } of state.applications.values()) {
    for (const { workerId, cores, memoryMb } of executors.values()) {
      add(workerId, { cores, memoryMb, executors: 1, drivers: 0 })
    }
  }
  for (const { workerId, description } of state.drivers.values()) {
    if (workerId === undefined) continue
    const { cores, memoryMb } = description
    add(workerId, { cores, memoryMb, executors: 0, drivers: 1 })
  }
  return (workerId) => taken.get(workerId) ?? NOTHING
}
