import type { AgentNode, AgentNodeOptions } from '../../../src/mesos/index.ts'
import { Client, type Scheduler } from './client.ts'
import { foreignTask, HttpCluster } from './rig.ts'

type Json = Readonly<Record<string, unknown>>

/** A cluster with one agent, a framework with a task on it, and an operator before the agent's door. */
export class AgentRig {
  readonly rig: HttpCluster
  readonly agent: AgentNode
  readonly client: Client
  readonly scheduler: Scheduler

  private constructor(rig: HttpCluster, agent: AgentNode, scheduler: Scheduler) {
    this.rig = rig
    this.agent = agent
    this.scheduler = scheduler
    const [, port] = /:(\d+)$/.exec(agent.httpAddress ?? '') ?? []
    const { http } = rig.cluster.environment('operator')
    this.client = new Client(http, { host: '127.0.0.1', port: Number(port) })
  }

  static async start(door: NonNullable<AgentNodeOptions['door']> = {}): Promise<AgentRig> {
    const rig = await HttpCluster.start()
    rig.cluster.agentDoor = { door }
    const agent = await rig.cluster.startAgent('agent')
    return new AgentRig(rig, agent, await rig.scheduler({ name: 'demo' }))
  }

  /** Runs a task by an executor, which is there. */
  async launch(id: string): Promise<void> {
    const offer = await this.rig.offer(this.scheduler)
    const operations = [{ type: 'LAUNCH', launch: { task_infos: [foreignTask(offer, id)] } }]
    await this.rig.until(
      this.scheduler.call('ACCEPT', {
        accept: { offer_ids: [offer['id']], operations, filters: { refuse_seconds: 0 } },
      }),
    )
    await this.rig.advance(2000)
  }

  /** Acknowledges every status that has come. */
  async acknowledge(): Promise<void> {
    for (let seen = 0; seen < this.scheduler.all('UPDATE').length; seen++) {
      const { agent_id, task_id, uuid } = this.scheduler.all('UPDATE')[seen]?.['status'] as Json
      await this.rig.until(
        this.scheduler.call('ACKNOWLEDGE', { acknowledge: { agent_id, task_id, uuid } }),
      )
      await this.rig.advance(500)
    }
  }

  get(target: string): Promise<Json> {
    return this.rig.until(this.client.get(target))
  }

  /** Status, content type and text of an answer. */
  async ask(target: string): Promise<readonly [number, string, string]> {
    const { status, headers, text } = await this.rig.until(this.client.send('GET', target))
    return [status, headers['content-type'] ?? '', text]
  }

  async call(type: string, body: Json = {}): Promise<Json> {
    const { status, text } = await this.post({ type, ...body })
    if (status !== 200) throw new RangeError(`${type}: ${status} ${text}`)
    return JSON.parse(text) as Json
  }

  async post(call: Json): Promise<{ readonly status: number; readonly text: string }> {
    return this.rig.until(this.client.post('/slave(1)/api/v1', call))
  }
}
