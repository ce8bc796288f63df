import type { DecisionNote } from '../../../actors/index.ts'
import type { ApplicationEvent, WorkerEvent } from '../protocol/index.ts'
import type {
  ApplicationInfo,
  DeployPoint,
  DriverInfo,
  ExecutorInfo,
  MasterEffect,
  MasterState,
  Moment,
  StoredItem,
  WorkerInfo,
} from './state.ts'

/** The next state of a master while one step makes it, and what is to be done; nothing of the state before is touched. */
export class Draft {
  state: MasterState
  readonly effects: MasterEffect[] = []
  readonly moment: Moment

  constructor(state: MasterState, moment: Moment) {
    this.state = state
    this.moment = moment
  }

  change(changes: Partial<MasterState>): void {
    this.state = { ...this.state, ...changes }
  }

  setWorker(worker: WorkerInfo): void {
    this.change({ workers: new Map(this.state.workers).set(worker.workerId, worker) })
  }

  setApplication(app: ApplicationInfo): ApplicationInfo {
    this.change({ applications: new Map(this.state.applications).set(app.applicationId, app) })
    return app
  }

  setExecutor(app: ApplicationInfo, executor: ExecutorInfo): ApplicationInfo {
    const executors = new Map(app.executors).set(executor.executorId, executor)
    return this.setApplication({ ...app, executors })
  }

  dropExecutor(app: ApplicationInfo, executorId: number): ApplicationInfo {
    return this.setApplication({ ...app, executors: without(app.executors, executorId) })
  }

  setDriver(driver: DriverInfo): void {
    this.change({ drivers: new Map(this.state.drivers).set(driver.driverId, driver) })
  }

  tellWorker(workerId: string, event: WorkerEvent): void {
    const connection = this.state.workers.get(workerId)?.connection
    if (connection !== undefined) this.effects.push({ type: 'to-worker', connection, event })
  }

  tellApplication({ connection }: ApplicationInfo, event: ApplicationEvent): void {
    if (connection !== undefined) this.effects.push({ type: 'to-application', connection, event })
  }

  keep(item: StoredItem): void {
    this.effects.push({ type: 'keep', item })
  }

  forget(kind: StoredItem['kind'], id: string): void {
    this.effects.push({ type: 'forget', kind, id })
  }

  /** @param key decisions in a row with the same one are counted as one */
  note(point: DeployPoint, note: DecisionNote, key?: string): void {
    this.effects.push({ type: 'note', point, note, key })
  }

  log(level: 'info' | 'warn' | 'error', message: string): void {
    this.effects.push({ type: 'log', level, message })
  }
}

/** A map without one of its keys. */
export function without<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map)
  rest.delete(key)
  return rest
}
