import type { Environment } from '../../../src/platform/index.ts'

/** The control calls of {@link runService}. */
export interface ServiceApi {
  add(a: number, b: number): number
  startData(): unknown
  fail(): void
  failCoded(): void
  unsendable(): () => void
  throwLater(): void
  postAndExit(count: number, code: number): void
}

/** A thread that echoes what its port gets and answers control calls. */
export function runService(environment: Environment): void {
  const { threads, processes, turns } = environment
  const port = threads.parentPort
  if (port === undefined) return
  const api: ServiceApi = {
    add: (a, b) => a + b,
    startData: () => threads.startData,
    fail: () => JSON.parse('{') as void,
    failCoded: () =>
      void Object.entries({ odd: 1 }).forEach(() => {
        throw Object.assign(new RangeError('out of reach'), { code: 'OUT_OF_REACH' })
      }),
    unsendable: () => () => undefined,
    throwLater: () =>
      turns.macrotask(() => {
        throw Object.assign(new TypeError('nobody catches this'), { code: 'UNCAUGHT' })
      }),
    postAndExit(count, code) {
      for (let at = 0; at < count; at += 1) port.postValue(at)
      processes.exit(code)
    },
  }
  threads.expose(api)
  port.handle((value) => {
    if (value instanceof Uint8Array) port.post(value)
    else port.postValue(value)
  })
}
