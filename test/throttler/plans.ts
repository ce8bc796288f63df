import type { RunPlan } from '../../src/throttler/framework/index.ts'

/** A plan of so many queries, as the original's options say it. */
export function planOf(
  totalOperations: number,
  operationsPerTask: number,
  parallelism: number,
  other: Partial<RunPlan> = {},
): RunPlan {
  return {
    run: {
      workload: { name: 'insert', params: {} },
      seed: 1,
      totalOperations,
      keyspace: 'demo_framework',
      store: { type: 'embedded', directory: '/rows' },
      concurrency: 1,
      onError: 'fail',
      intervalMs: 100,
    },
    operationsPerTask,
    parallelism,
    maxTaskErrors: 5,
    schedule: { type: 'closed' },
    rateMode: 'open',
    task: { cpus: 1, mem: 64 },
    executorMem: 32,
    executorCommand: { shell: false, value: 'node', arguments: ['node', '/opt/throttle.js'] },
    placement: 'pack',
    hosts: [],
    ...other,
  }
}
