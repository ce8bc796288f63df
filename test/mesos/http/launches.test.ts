import test from 'ava'
import { GROUPS } from './group-launches.ts'
import { AGENT, FRAMEWORK } from './launch-forms.ts'
import { LAUNCHES } from './launches.ts'
import { HttpCluster } from './rig.ts'

type Json = Readonly<Record<string, unknown>>

const ALL = [...LAUNCHES, ...GROUPS]

interface Launch {
  readonly type: string
  readonly launch?: { readonly task_infos: readonly Task[] }
  readonly launch_group?: { readonly task_group: { readonly tasks: readonly Task[] } }
}
interface Task {
  readonly task_id: { readonly value: string }
}

test('a launch that is not in order gets the words of Mesos, for each of its tasks', async (t) => {
  const rig = await HttpCluster.start()
  await rig.cluster.startAgent('agent', 'cpus:4;mem:4096;disk:10000;ports:[31000-32000]')
  const capabilities = [{ type: 'MULTI_ROLE' }, { type: 'RESERVATION_REFINEMENT' }]
  const scheduler = await rig.scheduler({ roles: ['*'], capabilities })
  const offer = await rig.offer(scheduler)
  const agentId = (offer['agent_id'] as { readonly value: string }).value
  const named = (text: string, back = false): string =>
    back
      ? text.replaceAll(agentId, AGENT).replaceAll(scheduler.frameworkId, FRAMEWORK)
      : text.replaceAll(`"${AGENT}"`, `"${agentId}"`).replaceAll(FRAMEWORK, scheduler.frameworkId)
  const operations = ALL.map(([launch]) => JSON.parse(named(JSON.stringify(launch))) as Launch)
  const accept = { offer_ids: [offer['id']], operations, filters: { refuse_seconds: 0 } }
  const answer = await rig.until(scheduler.call('ACCEPT', { accept }))
  t.deepEqual([answer.status, answer.text], [202, ''])
  await rig.advance(2000)
  const statuses = new Map(
    scheduler.all('UPDATE').map((update) => {
      const status = update['status'] as Json & Task
      return [status.task_id.value, status] as const
    }),
  )
  ALL.forEach(([launch, why], at) => {
    const { type, launch: one, launch_group } = operations[at] ?? { type: '' }
    const isGroup = type === 'LAUNCH_GROUP'
    for (const { task_id } of one?.task_infos ?? launch_group?.task_group.tasks ?? []) {
      const status = statuses.get(task_id.value)
      t.deepEqual(
        [
          status?.['state'],
          status?.['source'],
          status?.['reason'],
          named(String(status?.['message']), true),
        ],
        [
          'TASK_ERROR',
          'SOURCE_MASTER',
          isGroup ? 'REASON_TASK_GROUP_INVALID' : 'REASON_TASK_INVALID',
          why,
        ],
        JSON.stringify(launch),
      )
    }
  })
})
