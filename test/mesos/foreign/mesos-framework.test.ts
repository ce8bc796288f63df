import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import { allReleased, startTroupe } from './clusters.ts'
import { foreign, need, testWith } from './programs.ts'

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

const mesosFramework = await foreign('mesos-framework')

testWith(mesosFramework)(
  'a framework made with npm mesos-framework runs a task on our cluster',
  async (t) => {
    const load = createRequire(`${need(t, mesosFramework)}/`)
    const { Scheduler } = load('mesos-framework') as Package
    const logs = await environment.disk.makeTemporaryDirectory('troupe-foreign-')
    t.teardown(() => environment.disk.remove(logs))
    const cluster = await startTroupe(t)
    const { port } = new URL(cluster.url)
    const states: string[] = []
    let isLaunched = false
    const over = new Promise<void>((resolve, reject) => {
      const scheduler: Scheduler = new Scheduler({
        masterUrl: '127.0.0.1',
        port,
        frameworkName: 'foreign',
        masterConnectionTimeout: 60,
        logging: { path: logs, fileName: 'framework.log', level: 'error' },
        tasks: {},
        handlers: {
          OFFERS(offers: { readonly offers: readonly Json[] }): void {
            const [offer] = offers.offers
            if (offer === undefined || isLaunched) return
            isLaunched = true
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
    await allReleased(cluster)
  },
)
