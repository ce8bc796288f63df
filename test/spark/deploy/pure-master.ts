import type {
  ApplicationCall,
  DriverDescription,
  WorkerCall,
} from '../../../src/spark/deploy/protocol/index.ts'
import type { ExecutorTemplate } from '../../../src/spark/executor/index.ts'
import {
  DEFAULT_MASTER_OPTIONS,
  type MasterOptions,
} from '../../../src/spark/deploy/master/options.ts'
import {
  initialState,
  usageOf,
  type MasterEffect,
  type MasterEvent,
  type MasterState,
  type StoredItem,
} from '../../../src/spark/deploy/master/state.ts'
import { stepMaster } from '../../../src/spark/deploy/master/step.ts'

const executor: ExecutorTemplate = {
  driver: '127.0.0.1:1',
  token: 'aa',
  secret: undefined,
  networkTimeoutMs: 1000,
  storage: {
    memory: {
      heapBytes: 0,
      reservedBytes: 0,
      fractionRatio: 0.6,
      storageFractionRatio: 0.5,
      offHeapBytes: 0,
    },
    unrollBytes: 0,
    maxBytesInMemory: 200 << 20,
  },
}

export const program: DriverDescription = {
  program: '/app.js',
  args: [],
  conf: {},
  memoryMb: 512,
  cores: 1,
  isSupervised: false,
}

type Wants = Partial<Extract<ApplicationCall, { type: 'register-application' }>['application']>
type Held = Partial<Extract<WorkerCall, { type: 'register-worker' }>>

/** A master without its actor, driven event by event, with what it would write down. */
export class PureMaster {
  state: MasterState
  readonly stored: Map<string, StoredItem> = new Map()
  effects: readonly MasterEffect[] = []
  nowMs = 0
  #requests = 0

  constructor(options: Partial<MasterOptions> = {}, items: readonly StoredItem[] = []) {
    this.state = initialState({ ...DEFAULT_MASTER_OPTIONS, ...options })
    for (const item of items) this.#keep(item)
    this.step({ type: 'recovered', items })
  }

  step(event: MasterEvent): readonly MasterEffect[] {
    const moment = { nowMs: this.nowMs, unixMs: Date.UTC(2026, 10, 23) + this.nowMs, turn: 0 }
    const [state, effects] = stepMaster(this.state, event, moment)
    this.state = state
    this.effects = effects
    for (const effect of effects) {
      if (effect.type === 'keep') this.#keep(effect.item)
      if (effect.type === 'forget') this.stored.delete(`${effect.kind} ${effect.id}`)
    }
    return effects
  }

  /** The master that comes after this one, with what it has written down. */
  again(): PureMaster {
    return new PureMaster(this.state.options, [...this.stored.values()])
  }

  after(ms: number): readonly MasterEffect[] {
    this.nowMs += ms
    return this.step({ type: 'tick' })
  }

  worker(workerId: string, cores: number, memoryMb = 4096, held: Held = {}): void {
    const worker = { workerId, host: workerId, port: 1, cores, memoryMb }
    const call = { type: 'register-worker', worker, executors: [], drivers: [], ...held } as const
    this.step({ type: 'worker-call', connection: `to-${workerId}`, call })
  }

  says(workerId: string, call: WorkerCall): void {
    this.step({ type: 'worker-call', connection: `to-${workerId}`, call })
  }

  application(applicationId: string, wants: Wants = {}, executors: readonly number[] = []): void {
    const call = {
      type: 'register-application',
      applicationId,
      application: { name: applicationId, user: 'u', memoryPerExecutorMb: 512, ...wants },
      executor,
      nextExecutorId: 0,
      executors,
    } as const
    this.step({ type: 'application-call', connection: `to-${applicationId}`, call })
  }

  applicationSays(applicationId: string, call: ApplicationCall): void {
    this.step({ type: 'application-call', connection: `to-${applicationId}`, call })
  }

  submit(driver: Partial<DriverDescription> = {}): string {
    const request = ++this.#requests
    this.step({ type: 'driver-submitted', request, driver: { ...program, ...driver } })
    const reply = this.effects.find((effect) => effect.type === 'reply')
    return reply?.type === 'reply' ? (reply.reply.driverId ?? '') : ''
  }

  kill(driverId: string): MasterEffect | undefined {
    this.step({ type: 'driver-kill-asked', request: ++this.#requests, driverId })
    return this.effects.find(({ type }) => type === 'reply')
  }

  /** Executors as `worker:cores`, in the order of their ids. */
  executors(applicationId: string): readonly string[] {
    const app = this.state.applications.get(applicationId)
    return [...(app?.executors.values() ?? [])].map(({ workerId, cores }) => `${workerId}:${cores}`)
  }

  /** What was sent in the last step: `to-w1 kill-executor`. */
  sent(): readonly string[] {
    return this.effects.flatMap((effect) =>
      effect.type === 'to-worker' || effect.type === 'to-application'
        ? [`${effect.connection} ${effect.event.type}`]
        : [],
    )
  }

  /** What is wrong with the state, if anything. */
  problems(): readonly string[] {
    const { workers, applications, drivers, options } = this.state
    const used = usageOf(this.state)
    const problems: string[] = []
    for (const { workerId, cores, memoryMb, state } of workers.values()) {
      const taken = used(workerId)
      if (taken.cores > cores)
        problems.push(`${workerId} has given ${taken.cores} of ${cores} cores`)
      if (taken.memoryMb > memoryMb) problems.push(`${workerId} has given ${taken.memoryMb} MB`)
      if (state === 'DEAD' && taken.executors + taken.drivers > 0) {
        problems.push(`${workerId} is dead, and runs something`)
      }
    }
    for (const { applicationId, description, executors } of applications.values()) {
      const granted = [...executors.values()].reduce((sum, { cores }) => sum + cores, 0)
      const most = description.maxCores ?? options.defaultCores
      if (granted > most) problems.push(`${applicationId} has ${granted} of ${most} cores`)
      for (const { workerId } of executors.values()) {
        if (!workers.has(workerId)) problems.push(`${applicationId} runs on unknown ${workerId}`)
      }
    }
    for (const { driverId, workerId, state } of drivers.values()) {
      if ((state === 'RUNNING') !== (workerId !== undefined)) {
        problems.push(`${driverId} is ${state} on ${String(workerId)}`)
      }
    }
    return problems
  }

  #keep(item: StoredItem): void {
    const id =
      item.kind === 'app'
        ? item.applicationId
        : item.kind === 'driver'
          ? item.driverId
          : item.workerId
    this.stored.set(`${item.kind} ${id}`, item)
  }
}
