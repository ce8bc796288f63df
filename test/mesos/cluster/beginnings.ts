import type { AgentNode, FrameworkInfo, MasterNode, Offer } from '../../../src/mesos/index.ts'
import { Cluster, launch, nextOffer, nextUpdate, taskOf, type Framework } from './cluster.ts'

/** How a story begins: with a master, an agent, and a framework that holds an offer of all that the agent has. */
export interface Beginning {
  readonly cluster: Cluster
  readonly master: MasterNode
  readonly agent: AgentNode
  readonly framework: Framework
  readonly offer: Offer
}

/** The agent is `agent-1`, the framework `demo`. */
export async function withOffer(
  info: Partial<FrameworkInfo> = {},
  { secret, settings }: { secret?: string; settings?: FrameworkSettings } = {},
): Promise<Beginning> {
  const cluster = new Cluster(secret)
  const master = await cluster.startMaster()
  const agent = await cluster.startAgent('agent-1')
  const framework = await cluster.startFramework('demo', info, settings)
  const offer = await nextOffer(framework)
  return { cluster, master, agent, framework, offer }
}

type FrameworkSettings = Parameters<Cluster['startFramework']>[2]

/** A task `one` out of the offer runs. */
export async function withTask(info: Partial<FrameworkInfo> = {}): Promise<Beginning> {
  const beginning = await withOffer(info)
  const { framework, offer } = beginning
  launch(framework, offer, taskOf(offer, 'one'))
  await nextUpdate(framework)
  return beginning
}
