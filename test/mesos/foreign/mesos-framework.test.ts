import { fileURLToPath } from 'node:url'
import test from 'ava'
import { startMasterNode } from '../../../src/mesos/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import { install } from './registry.ts'

type Json = Readonly<Record<string, unknown>>

/** What the test uses of the package's scheduler. */
interface Scheduler {
  on(event: string, listener: (value: never) => void): void
  subscribe(): void
  accept(offers: unknown, operations: unknown, filters: unknown): void
  message(agentId: string, executorId: string, data: string): void
  acknowledge(update: unknown): void
  teardown(): void
}

interface Package {
  readonly Scheduler: new (options: unknown) => Scheduler
}

const environment = nodeEnvironment()
const valueOf = (id: unknown): string => (id as { readonly value: string }).value
const program = (name: string): string =>
  fileURLToPath(new URL(`../programs/${name}.js`, import.meta.url))

// A framework that others wrote for Apache Mesos, as it comes from the registry.
const installed = await install('mesos-framework', '0.5.3')
if (!installed.ok) console.log(`skipped: mesos-framework can't be installed: ${installed.reason}`)
const whereInstalled = installed.ok ? test : test.skip

whereInstalled(
  'a framework made with npm mesos-framework runs a task on our cluster',
  async (t) => {
    if (!installed.ok) return t.fail()
    const { Scheduler } = installed.module as Package
    const quick = { heartbeatMs: 200, unreachableLimitMs: 2000 }
    const http = { host: '127.0.0.1', port: 0 }
    const master = await startMasterNode({ environment, node: quick, http })
    const workDir = await environment.disk.makeTemporaryDirectory('troupe-agent-')
    const agent = await environment.processes.start({
      command: program('agent'),
      args: [master.address, workDir],
      node: true,
      stderr: 'inherit',
    })
    t.teardown(async () => {
      agent.kill('SIGKILL')
      await master.system.terminate()
      await environment.disk.remove(workDir)
      await installed.remove()
    })
    const [, port] = /:(\d+)$/.exec(master.httpAddress ?? '') ?? []
    const states: string[] = []
    const over = new Promise<void>((resolve, reject) => {
      const scheduler: Scheduler = new Scheduler({
        masterUrl: '127.0.0.1',
        port,
        frameworkName: 'foreign',
        masterConnectionTimeout: 60,
        logging: { path: workDir, fileName: 'framework.log', level: 'error' },
        tasks: {},
        handlers: {
          OFFERS(offers: { readonly offers: readonly Json[] }): void {
            const [offer] = offers.offers
            if (offer === undefined || states.length > 0) return
            const task = {
              name: 'one',
              task_id: { value: 'one' },
              agent_id: offer['agent_id'],
              resources: [{ name: 'cpus', type: 'SCALAR', scalar: { value: 1 } }],
              executor: {
                executor_id: { value: 'e' },
                command: {
                  shell: false,
                  value: 'node',
                  arguments: ['node', program('executor')],
                },
              },
            }
            const operations = [{ type: 'LAUNCH', launch: { task_infos: [task] } }]
            scheduler.accept([offer['id']], operations, { refuse_seconds: 1 })
          },
          UPDATE(update: { readonly status: Json }): void {
            const { status } = update
            const state = String(status['state'])
            states.push(state)
            if (status['uuid'] !== undefined) scheduler.acknowledge(update)
            if (state === 'TASK_RUNNING') {
              scheduler.message(valueOf(status['agent_id']), valueOf(status['executor_id']), 'one')
            } else {
              scheduler.teardown()
              resolve()
            }
          },
        },
      })
      scheduler.on('ready', () => scheduler.subscribe())
      scheduler.on('error', (error: unknown) => {
        if (states.length === 0) reject(new TypeError(JSON.stringify(error)))
      })
    })
    await over
    t.deepEqual(states, ['TASK_RUNNING', 'TASK_FINISHED'])
  },
)
