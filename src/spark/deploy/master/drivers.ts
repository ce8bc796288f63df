import { stamp, type DriverDescription, type DriverState } from '../protocol/index.ts'
import { newest } from './applications.ts'
import { without, type Draft } from './draft.ts'
import { driverEndNote } from './explain.ts'
import type { DriverInfo } from './state.ts'

/** A program is submitted: it waits for a worker. */
export function driverSubmitted(
  draft: Draft,
  request: number,
  description: DriverDescription,
): void {
  if (draft.state.status !== 'ALIVE') {
    reply(draft, request, false, notAlive('accept driver submissions'))
    return
  }
  const driver = createDriver(draft, description)
  draft.log('info', `driver ${driver.driverId} is submitted: ${description.program}`)
  reply(
    draft,
    request,
    true,
    `Driver successfully submitted as ${driver.driverId}`,
    driver.driverId,
  )
}

function createDriver(draft: Draft, description: DriverDescription): DriverInfo {
  const { nextDriverNumber } = draft.state
  const startUnixMs = draft.moment.unixMs
  const driver: DriverInfo = {
    driverId: `driver-${stamp(startUnixMs)}-${String(nextDriverNumber).padStart(4, '0')}`,
    description,
    state: 'SUBMITTED',
    startUnixMs,
    workerId: undefined,
    message: undefined,
  }
  draft.change({ nextDriverNumber: nextDriverNumber + 1 })
  draft.setDriver(driver)
  const { driverId } = driver
  draft.keep({ kind: 'driver', driverId, description, startUnixMs, workerId: undefined })
  return driver
}

/** A driver's end is asked for. One that runs is ended by its worker, which says so then. */
export function driverKillAsked(draft: Draft, request: number, driverId: string): void {
  if (draft.state.status !== 'ALIVE') {
    reply(draft, request, false, notAlive('kill drivers'), driverId)
    return
  }
  const driver = draft.state.drivers.get(driverId)
  if (driver === undefined) {
    const message = `Driver ${driverId} has already finished or does not exist`
    reply(draft, request, false, message, driverId)
    return
  }
  if (driver.workerId === undefined) removeDriver(draft, driver, 'KILLED', undefined)
  else draft.tellWorker(driver.workerId, { type: 'kill-driver', driverId })
  reply(draft, request, true, `Kill request for ${driverId} submitted`, driverId)
}

/** A worker says how a driver has ended. */
export function driverChanged(
  draft: Draft,
  workerId: string,
  driverId: string,
  state: DriverState,
  message: string | undefined,
): void {
  const driver = draft.state.drivers.get(driverId)
  if (driver?.workerId === workerId) removeDriver(draft, driver, state, message)
}

/** A driver is over. */
export function removeDriver(
  draft: Draft,
  driver: DriverInfo,
  state: DriverState,
  message: string | undefined,
  successor?: string,
): void {
  const { driverId } = driver
  const over: DriverInfo = { ...driver, state, message }
  const { drivers, completedDrivers, options } = draft.state
  draft.change({
    drivers: without(drivers, driverId),
    completedDrivers: newest(completedDrivers, over, options.retainedDrivers),
  })
  draft.forget('driver', driverId)
  const because = message ?? (state === 'KILLED' ? 'its end was asked for' : 'its worker says so')
  draft.log('info', `driver ${driverId}: ${state}, ${because}`)
  draft.note('driver', driverEndNote(over, because, successor))
}

/**
 * A supervised driver is run again elsewhere, as another one: the first may still run where nobody sees it, and nothing that it says later
 * is to be taken for the second's.
 */
export function driverOfLostWorker(draft: Draft, driver: DriverInfo, why: string): void {
  if (!driver.description.isSupervised) {
    removeDriver(draft, driver, 'ERROR', why)
    return
  }
  const { driverId } = createDriver(draft, driver.description)
  removeDriver(draft, driver, 'RELAUNCHING', why, driverId)
}

function reply(
  draft: Draft,
  request: number,
  success: boolean,
  message: string,
  driverId?: string,
): void {
  const answer = { type: 'driver-reply', success, message, driverId } as const
  draft.effects.push({ type: 'reply', request, reply: answer })
}

function notAlive(what: string): string {
  return `Current state is not alive: RECOVERING. Can only ${what} in ALIVE state.`
}
