import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { ExecutionContext } from 'ava'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import { allReleased, startMesos, startTroupe, type Running } from './clusters.ts'
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
  readonly Mesos: {
    getMesos(): {
      readonly CommandInfo: new (
        uris: unknown,
        environment: unknown,
        shell: boolean,
        value: string,
      ) => unknown
    }
  }
}

const environment = nodeEnvironment()
const valueOf = (id: unknown): string => (id as { readonly value: string }).value
const program = (name: string): string =>
  fileURLToPath(new URL(`../programs/${name}.js`, import.meta.url))

const mesosFramework = await foreign('mesos-framework')
const mesos = await foreign('real-mesos')

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

/** It launches by itself what its settings name, as it was made for, each with a port of its own. */
async function runsCommands(t: ExecutionContext, cluster: Running): Promise<void> {
  const load = createRequire(`${need(t, mesosFramework)}/`)
  const { Scheduler, Mesos } = load('mesos-framework') as Package
  const { CommandInfo } = Mesos.getMesos()
  const logs = await environment.disk.makeTemporaryDirectory('troupe-foreign-')
  t.teardown(() => environment.disk.remove(logs))
  const ends: string[] = []
  await new Promise<void>((resolve) => {
    const scheduler: Scheduler = new Scheduler({
      masterUrl: '127.0.0.1',
      port: new URL(cluster.url).port,
      frameworkName: 'commands',
      masterConnectionTimeout: 60,
      logging: { path: logs, fileName: 'framework.log', level: 'error' },
      restartStates: [],
      tasks: {
        well: {
          priority: 1,
          instances: 2,
          commandInfo: new CommandInfo(null, null, true, 'test "$HOST" = 127.0.0.1'),
          resources: { cpus: 0.2, mem: 64, ports: 1, disk: 0 },
        },
        badly: {
          priority: 2,
          instances: 1,
          commandInfo: new CommandInfo(null, null, true, 'exit 3'),
          resources: { cpus: 0.2, mem: 64, ports: 0, disk: 0 },
        },
      },
      handlers: {},
    })
    scheduler.on('ready', () => scheduler.subscribe())
    // When it has left, its stream ends, and it calls that an error.
    scheduler.on('error', () => undefined)
    scheduler.on('update', ({ status }: { readonly status: Json }) => {
      const state = String(status['state'])
      if (state !== 'TASK_FINISHED' && state !== 'TASK_FAILED') return
      ends.push(state)
      if (ends.length < 3) return
      scheduler.teardown()
      resolve()
    })
  })
  t.deepEqual(ends.toSorted(), ['TASK_FAILED', 'TASK_FINISHED', 'TASK_FINISHED'])
  await allReleased(cluster)
}

testWith(mesosFramework)(
  'mesos-framework launches commands by itself on our cluster',
  async (t) => {
    await runsCommands(t, await startTroupe(t))
  },
)

testWith(mesosFramework, mesos)('and on Mesos itself', async (t) => {
  await runsCommands(t, await startMesos(t, mesos))
})
