import { ActorSystem, receive, type ActorRef } from '../../../src/actors/index.ts'
import {
  connectMesos,
  fromWire,
  schedulerDriver,
  take,
  toWire,
  type Offer,
  type SchedulerDriverEvent,
  type SchedulerDriverMessage,
} from '../../../src/mesos/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import { allReleased, startMesos } from './clusters.ts'
import { foreign, testWith } from './programs.ts'

const environment = nodeEnvironment()
const mesos = await foreign('real-mesos')

function commandTask(offer: Offer, id: string): Parameters<typeof accept>[2] {
  const taken = take(fromWire(offer.resources), { cpus: 0.5, mem: 32 })
  return {
    name: id,
    task_id: { value: id },
    agent_id: offer.agent_id,
    resources: toWire(taken?.taken ?? new Map(), 'old'),
    command: { value: 'true' },
  }
}

function accept(
  driver: ActorRef<SchedulerDriverMessage>,
  offer: Offer,
  task: Parameters<typeof toLaunch>[0],
): void {
  const operations = [toLaunch(task)]
  driver.tell({ type: 'ACCEPT', accept: { offer_ids: [offer.id], operations } })
}

function toLaunch(
  task: Extract<
    Extract<SchedulerDriverMessage, { type: 'ACCEPT' }>['accept']['operations'][number],
    { type: 'LAUNCH' }
  >['launch']['task_infos'][number],
): Extract<SchedulerDriverMessage, { type: 'ACCEPT' }>['accept']['operations'][number] {
  return { type: 'LAUNCH', launch: { task_infos: [task] } }
}

for (const encoding of ['json', 'protobuf'] as const) {
  testWith(mesos)(`our driver runs a command on a real Mesos master, in ${encoding}`, async (t) => {
    const cluster = await startMesos(t, mesos)
    const system = ActorSystem.create('framework', { environment })
    t.teardown(() => system.terminate())
    const states: string[] = []
    const id = `task-${environment.random.id().slice(0, 8)}`
    const driverOf: { ref?: ActorRef<SchedulerDriverMessage> } = {}
    const over = new Promise<void>((resolve, reject) => {
      const handler = system.spawn(
        receive<SchedulerDriverEvent>((event) => {
          if (event.type === 'ERROR') reject(new TypeError(event.error.message))
          if (event.type === 'OFFERS' && states.length === 0 && driverOf.ref !== undefined) {
            const [offer] = event.offers.offers
            if (offer === undefined) return
            states.push('launched')
            accept(driverOf.ref, offer, commandTask(offer, id))
          }
          if (event.type !== 'UPDATE') return
          const { state, message } = event.update.status
          states.push(state)
          if (state === 'TASK_FINISHED') resolve()
          else if (/FAILED|ERROR|LOST|KILLED/.test(state)) reject(new TypeError(message ?? state))
        }),
      )
      driverOf.ref = system.spawn(
        schedulerDriver({
          framework_info: { user: 'root', name: 'troupe' },
          openMaster: connectMesos(system, cluster.url, { encoding }),
          handler,
        }),
      )
    })
    await over
    t.is(states.at(-1), 'TASK_FINISHED')
    driverOf.ref?.tell({ type: 'stop' })
    await allReleased(cluster)
  })
}
