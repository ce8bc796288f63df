/** An executor over the v1 HTTP API whose tasks are over as soon as they are there; the same for every agent. */
import { randomUUID } from 'node:crypto'
import { Calls, fail, subscribe, type Door } from './mesos-http.ts'

const { env } = process
const ids = {
  framework_id: { value: env['MESOS_FRAMEWORK_ID'] },
  executor_id: { value: env['MESOS_EXECUTOR_ID'] },
}
const [host = '', port = ''] = (env['BENCH_AGENT'] ?? env['MESOS_AGENT_ENDPOINT'] ?? '').split(':')
const door: Door = { host, port: Number(port), path: env['BENCH_PATH'] ?? '/api/v1/executor' }
const calls = new Calls(door, undefined)

interface Event {
  readonly type: string
  readonly launch?: { readonly task: { readonly task_id: unknown } }
}

await subscribe(
  door,
  {
    ...ids,
    type: 'SUBSCRIBE',
    subscribe: { unacknowledged_tasks: [], unacknowledged_updates: [] },
  },
  (event) => {
    const { type, launch } = event as unknown as Event
    if (type === 'LAUNCH' && launch !== undefined) {
      calls.send(
        update(launch.task.task_id, 'TASK_RUNNING'),
        update(launch.task.task_id, 'TASK_FINISHED'),
      )
    }
    if (type === 'SHUTDOWN') process.exit(0)
    if (type === 'ERROR') fail(JSON.stringify(event))
  },
)

function update(task_id: unknown, state: string): Readonly<Record<string, unknown>> {
  const uuid = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64')
  const status = { task_id, state, uuid, source: 'SOURCE_EXECUTOR', timestamp: Date.now() / 1000 }
  return { ...ids, type: 'UPDATE', update: { status } }
}
