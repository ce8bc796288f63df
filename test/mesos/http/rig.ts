import type { MasterNodeOptions } from '../../../src/mesos/index.ts'
import { Cluster, HTTP_PORT } from '../cluster/cluster.ts'
import { Client, Scheduler, type Answer } from './client.ts'

type Json = Readonly<Record<string, unknown>>

/** A cluster in one thread whose master has an HTTP door, and foreign clients before it. */
export class HttpCluster {
  readonly cluster: Cluster = new Cluster()

  static async start(
    agents: readonly string[] = [],
    door: NonNullable<MasterNodeOptions['door']> = {},
  ): Promise<HttpCluster> {
    const made = new HttpCluster()
    made.cluster.hasHttp = true
    made.cluster.door = { door }
    await made.cluster.startMaster(door.acls === undefined ? {} : { acls: door.acls })
    for (const name of agents) await made.cluster.startAgent(name)
    return made
  }

  client(name = 'foreign', headers: Readonly<Record<string, string>> = {}): Client {
    const { http } = this.cluster.environment(name)
    return new Client(http, { host: '127.0.0.1', port: HTTP_PORT }, headers)
  }

  /** Subscribes, and waits until the master has answered. */
  async scheduler(info: Json = {}, id?: string, name?: string): Promise<Scheduler> {
    const scheduler = new Scheduler(this.client(name))
    await this.until(scheduler.subscribe(info, id))
    await this.advance(200)
    return scheduler
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return this.cluster.world.until(promise)
  }

  post(value: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.until(this.client().post('/api/v1/scheduler', value, headers))
  }

  advance(ms: number): Promise<void> {
    return this.cluster.world.advance(ms)
  }

  /** The newest offer of a scheduler. */
  async offer(scheduler: Scheduler): Promise<Json> {
    await this.advance(3000)
    const last = scheduler.all('OFFERS').at(-1)
    const [offer] = (last?.['offers'] ?? []) as readonly Json[]
    if (offer === undefined) throw new RangeError('no offer')
    return offer
  }
}

/** As `foreignTask`, with a command of its own in place of an executor. */
export function foreignCommand(offer: Json, id: string, value: string): Json {
  return { ...foreignTask(offer, id), executor: null, data: null, command: { value } }
}

const scalar = (name: string, value: number): Json => ({ name, type: 'SCALAR', scalar: { value } })

/** A task as a foreign framework writes it: with what it does not set as `null`. */
export function foreignTask(offer: Json, id: string): Json {
  return {
    name: id,
    task_id: { value: id },
    agent_id: offer['agent_id'],
    resources: [scalar('cpus', 1), scalar('mem', 64)],
    executor: {
      executor_id: { value: 'executor' },
      command: { shell: false, value: 'node', arguments: ['node', '/opt/executor.js'] },
      data: null,
    },
    labels: null,
    data: Buffer.from('hello').toString('base64'),
  }
}
