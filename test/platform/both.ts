import { fileURLToPath } from 'node:url'
import test from 'ava'
import type { ExecutionContext } from 'ava'
import { memoryEnvironment, nodeEnvironment } from '../../src/platform/index.ts'
import type { Environment } from '../../src/platform/index.ts'
import { runChild } from './programs/child.ts'
import { runService } from './programs/service.ts'

/** One of the two environments under a contract test. */
export interface Place {
  readonly isReal: boolean
  /** Equal names give equal nodes; the real environment is one node whatever the name. */
  environment(name?: string): Environment
}

/** The path of the program and the URL of the thread that both environments can start. */
export const CHILD: string = fileURLToPath(new URL('./programs/child.main.js', import.meta.url))
export const SERVICE: URL = new URL('./programs/service.worker.js', import.meta.url)

/** Runs one test body against the real environment and against the one in memory. */
export function both(
  title: string,
  body: (t: ExecutionContext, place: Place) => Promise<void>,
): void {
  test(`${title} (real)`, (t) => body(t, { isReal: true, environment: () => nodeEnvironment() }))
  test(`${title} (in memory)`, (t) => {
    const world = memoryEnvironment({
      delay: { minMs: 0.1, maxMs: 2 },
      programs: { child: runChild },
      threads: { service: runService },
    })
    const place = { isReal: false, environment: (name?: string) => world.environment(name) }
    return world.until(body(t, place))
  })
}
