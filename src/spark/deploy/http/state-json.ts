import {
  DEFAULT_MASTER_OPTIONS,
  coresGranted,
  initialState,
  usageOf,
  type ApplicationInfo,
  type DriverInfo,
  type MasterState,
  type WorkerInfo,
} from '../master/index.ts'

/**
 * A master's state in the form of Spark's page `/json/`. What there is not here (GPUs and the like, a worker's own page) is empty.
 *
 * @see JsonProtocol.scala of Spark, writeMasterState
 */
export function stateJson(state: MasterState, url: string, nowUnixMs: number): object {
  const used = usageOf(state)
  const workers = [...state.workers.values()]
  const alive = workers.filter((worker) => worker.state === 'ALIVE')
  const sum = (of: (worker: WorkerInfo) => number): number =>
    alive.reduce((total, worker) => total + of(worker), 0)
  return {
    url,
    workers: workers.map((worker) => workerJson(worker, used(worker.workerId))),
    aliveworkers: alive.length,
    cores: sum(({ cores }) => cores),
    coresused: sum(({ workerId }) => used(workerId).cores),
    memory: sum(({ memoryMb }) => memoryMb),
    memoryused: sum(({ workerId }) => used(workerId).memoryMb),
    resources: [],
    resourcesused: [],
    activeapps: [...state.applications.values()].map((app) => applicationJson(app, nowUnixMs)),
    completedapps: state.completedApplications.map((app) => applicationJson(app, nowUnixMs)),
    activedrivers: [...state.drivers.values()].map(driverJson),
    completeddrivers: state.completedDrivers.map(driverJson),
    status: state.status,
  }
}

/** The page of a master that does not lead. */
export function standbyJson(url: string): object {
  return { ...stateJson(initialState(DEFAULT_MASTER_OPTIONS), url, 0), status: 'STANDBY' }
}

function workerJson(
  { workerId, host, port, cores, memoryMb, state, heardUnixMs }: WorkerInfo,
  used: { readonly cores: number; readonly memoryMb: number },
): object {
  return {
    id: workerId,
    host,
    port,
    webuiaddress: '',
    cores,
    coresused: used.cores,
    coresfree: cores - used.cores,
    memory: memoryMb,
    memoryused: used.memoryMb,
    memoryfree: memoryMb - used.memoryMb,
    resources: {},
    resourcesused: {},
    resourcesfree: {},
    state,
    lastheartbeat: Math.floor(heardUnixMs),
  }
}

function applicationJson(app: ApplicationInfo, nowUnixMs: number): object {
  const { applicationId, description, state, startUnixMs, endUnixMs } = app
  return {
    id: applicationId,
    starttime: Math.floor(startUnixMs),
    name: description.name,
    cores: coresGranted(app),
    user: description.user,
    memoryperexecutor: description.memoryPerExecutorMb,
    memoryperslave: description.memoryPerExecutorMb,
    resourcesperexecutor: [],
    resourcesperslave: [],
    submitdate: new Date(startUnixMs).toUTCString(),
    state,
    duration: Math.floor((endUnixMs ?? nowUnixMs) - startUnixMs),
  }
}

function driverJson({ driverId, description, state, startUnixMs, workerId }: DriverInfo): object {
  return {
    id: driverId,
    starttime: String(Math.floor(startUnixMs)),
    state,
    cores: description.cores,
    memory: description.memoryMb,
    resources: {},
    submitdate: new Date(startUnixMs).toUTCString(),
    worker: workerId ?? 'None',
    mainclass: description.program,
  }
}
