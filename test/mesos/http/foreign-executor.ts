import { asUuid } from '../../../src/mesos/protocol/index.ts'
import { RecordReader } from '../../../src/mesos/http/wire/index.ts'
import type { Environment } from '../../../src/platform/index.ts'
import { Client } from './client.ts'

type Json = Readonly<Record<string, unknown>>

/** An executor that knows no more than its variables, HTTP and JSON: tasks run until they are killed. */
export async function foreignExecutor({ http, processes, random }: Environment): Promise<void> {
  const { environment } = processes
  const [host = '', port] = (environment['MESOS_AGENT_ENDPOINT'] ?? '').split(':')
  const client = new Client(http, { host, port: Number(port) })
  const ids = {
    framework_id: { value: environment['MESOS_FRAMEWORK_ID'] },
    executor_id: { value: environment['MESOS_EXECUTOR_ID'] },
  }
  const headers = { 'content-type': 'application/json' }
  const path = '/slave(1)/api/v1/executor'
  const update = (task_id: unknown, state: string): void => {
    const uuid = Buffer.from(asUuid(random.bytes(16))).toString('base64')
    const status = { task_id, state, uuid, source: 'SOURCE_EXECUTOR' }
    void client.post(path, { ...ids, type: 'UPDATE', update: { status } })
  }
  const subscribe = { unacknowledged_tasks: [], unacknowledged_updates: null }
  const call = JSON.stringify({ ...ids, type: 'SUBSCRIBE', subscribe })
  const response = await client.open('POST', path, headers, call)
  const reader = new RecordReader()
  response.handle({
    data(bytes) {
      for (const record of reader.push(bytes)) {
        const event = JSON.parse(new TextDecoder().decode(record)) as Json
        if (event['type'] === 'LAUNCH') {
          update((event['launch'] as { readonly task: Json }).task['task_id'], 'TASK_RUNNING')
        }
        if (event['type'] === 'LAUNCH_GROUP') {
          const { task_group } = event['launch_group'] as {
            readonly task_group: { readonly tasks: readonly Json[] }
          }
          for (const task of task_group.tasks) update(task['task_id'], 'TASK_RUNNING')
        }
        if (event['type'] === 'KILL') update((event['kill'] as Json)['task_id'], 'TASK_KILLED')
        if (event['type'] === 'HEARTBEAT') {
          void client.post(path, { ...ids, type: 'MESSAGE', message: { data: 'aGVhcmQ=' } })
        }
        if (event['type'] === 'SHUTDOWN') processes.exit(0)
      }
    },
    closed: () => processes.exit(1),
  })
}
