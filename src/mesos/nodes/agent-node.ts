import {
  ActorSystem,
  formatAddress,
  startNode,
  type ActorRef,
  type NodeOptions,
  type TroupeNode,
} from '../../actors/index.ts'
import type { Environment, TroupeError } from '../../platform/index.ts'
import {
  agentBehavior,
  readCheckpoint,
  connectAgent,
  type AgentMessage,
  type AgentOptions,
  type AgentSettings,
  type Held,
} from '../agent/index.ts'
import {
  makeContainerizers,
  type Containerizer,
  type ContainerizerOptions,
} from '../containerizer/index.ts'
import { AGENT_LINE_VARIABLE } from '../executor/index.ts'
import { agentDoor, type AgentDoorSettings } from '../http/index.ts'
import type { AgentInfo } from '../protocol/index.ts'
import { parseAttributes, parseResources, toWire } from '../resources/index.ts'
import { checkWorkDirectory, type ReconfigurationPolicy } from './compatibility.ts'
import { HttpDoor, type DoorAddress } from './http-door.ts'
import { masterAt, untilRefused } from './locate.ts'
import { SECRET_VARIABLE } from './secret.ts'

/** Settings of an agent's process. */
export interface AgentNodeOptions {
  readonly environment: Environment
  /** The system to live in; a new one called `agent` by default. */
  readonly system?: ActorSystem
  /** `host:port` of the master. */
  readonly master: string
  /** As for a flag: `cpus:4;mem:2048;cpus(spark):8;ports:[31000-32000]`, or a JSON array. */
  readonly resources: string
  /** An absolute path, for sandboxes. */
  readonly workDir: string
  /** Where it listens, for executors as well; port 0 by default. */
  readonly node?: NodeOptions
  /** The host's name, to frameworks; the address it listens at by default. */
  readonly hostname?: string
  /** As for a flag: `rack:a;zone:1`, or a JSON array; none by default. */
  readonly attributes?: string
  /** How an agent may differ from the one before it in the same work directory. Default `equal`: not at all. */
  readonly reconfigurationPolicy?: ReconfigurationPolicy
  /** Where it listens for HTTP: executors, operators, readers of sandboxes; not at all by default. */
  readonly http?: DoorAddress
  /** Who may ask what there; everybody everything by default. */
  readonly door?: Omit<AgentDoorSettings, 'agent' | 'flags'>
  /** How it isolates what it runs, in place of `settings.containerizer`; plain processes by default. */
  readonly containers?: Omit<ContainerizerOptions, 'runtimeDirectory'> & {
    readonly runtimeDirectory?: string
  }
  /** The flags it was started with, for operators to read. */
  readonly flags?: Readonly<Record<string, string>>
  readonly settings?: Partial<AgentOptions> &
    Pick<AgentSettings, 'checks' | 'collector' | 'containerizer' | 'fetcher' | 'pulseMs'>
}

/** An agent that runs, and the way to it. */
export interface AgentNode {
  readonly system: ActorSystem
  readonly node: TroupeNode
  readonly agent: ActorRef<AgentMessage>
  /** `host:port` of its line. */
  readonly address: string
  /** `host:port` of its HTTP door, if it has one. */
  readonly httpAddress: string | undefined
  /** Why the agent has ended by itself: its master wants nothing of it. Undefined until then. */
  readonly refusal: () => Error | undefined
}

/**
 * Starts a node that listens, and on it the agent, which goes on with what one before it has left in its work directory. When
 * the master's node has given this one up for good, the system ends: whoever runs the process starts it again. It also ends
 * when its first contact shows that it can't belong to this cluster (another secret, another protocol).
 * @throws TROUPE_MESOS_RESOURCES_UNPARSABLE, TROUPE_MESOS_ATTRIBUTES_UNPARSABLE, TROUPE_MESOS_AGENT_INCOMPATIBLE,
 *   TROUPE_MESOS_CHECKPOINT_CORRUPT, and what `startNode` and `makeContainerizers` throw
 */
export async function startAgentNode(options: AgentNodeOptions): Promise<AgentNode> {
  const resources = toWire(parseResources(options.resources))
  const attributes = parseAttributes(options.attributes ?? '')
  const { environment } = options
  const held = await readCheckpoint(environment.disk, options.workDir)
  const contained = await containersOf(options, held)
  const system = options.system ?? ActorSystem.create('agent', { environment })
  // Where executors look for it, if any port will do.
  const former = held !== undefined && held.executors.size > 0 ? held : undefined
  const { http } = options
  const door =
    http &&
    (await HttpDoor.listen(system, { ...http, port: http.port || (former?.info?.port ?? 0) }))
  const node = await startNode(system, {
    ...options.node,
    port: options.node?.port || (former?.linePort ?? former?.info?.port ?? 0),
  }).catch(async (error: unknown) => {
    await door?.close()
    throw error
  })
  const line = node.address ?? { host: '127.0.0.1', port: 0 }
  // Executors that were written for Mesos look for HTTP there; those of the house know the line by a name of its own.
  const endpoint = door?.address ?? line
  const info: AgentInfo = {
    hostname: options.hostname ?? endpoint.host,
    ...(!isWildcard(endpoint.host) && { ip: endpoint.host }),
    port: endpoint.port,
    resources,
    ...(attributes.length > 0 && { attributes }),
  }
  try {
    checkWorkDirectory(options.workDir, held, info, options.reconfigurationPolicy)
  } catch (error) {
    await system.terminate()
    throw error
  }
  let refusal: Error | undefined
  const { checks, collector, ...settings } = options.settings ?? {}
  const { containerizer = contained, fetcher, pulseMs, ...agent } = settings
  const behavior = agentBehavior({
    isCheckpointing: true,
    agent: {
      workDir: options.workDir,
      switchesUsers: true,
      ...agent,
      ...(environment.processes.userId !== 0 && { switchesUsers: false }),
      info,
      linePort: line.port,
      endpoint,
      executorEnvironment: {
        ...secretVariable(options.node),
        [AGENT_LINE_VARIABLE]: formatAddress(line),
        ...(http?.tls !== undefined && { LIBPROCESS_SSL_ENABLED: 'true' }),
        ...agent.executorEnvironment,
      },
    },
    openMaster: connectAgent(
      untilRefused(masterAt(node, options.master), (error) => {
        refusal = error
        endRefused(system, options.master, error)
      }),
    ),
    ...(containerizer !== undefined && { containerizer }),
    ...(checks !== undefined && { checks }),
    ...(collector !== undefined && { collector }),
    ...(fetcher !== undefined && { fetcher }),
    ...(pulseMs !== undefined && { pulseMs }),
  })
  const ref = system.spawn(behavior, 'agent')
  door?.open(agentDoor({ ...options.door, agent: ref, flags: options.flags ?? {} }))
  return {
    system,
    node,
    agent: ref,
    address: formatAddress(line),
    httpAddress: door && formatAddress(door.address),
    refusal: () => refusal,
  }
}

/** Where an agent keeps what it knows of its containers, unless it is told otherwise. */
export function runtimeDirectoryOf(workDir: string): string {
  return `${workDir}/containers`
}

/** The containerizers that are asked for; what an agent before has left and nobody knows of is ended. */
async function containersOf(
  { environment, containers, workDir }: AgentNodeOptions,
  held: Held | undefined,
): Promise<Containerizer | undefined> {
  if (containers === undefined) return undefined
  const made = await makeContainerizers(environment, {
    runtimeDirectory: runtimeDirectoryOf(workDir),
    ...containers,
  })
  // Of one that was being started, its process is not known.
  const found = [...(held?.containers() ?? [])]
  const ended = await made.recover(new Set(found.map((one) => one.containerId)))
  if (ended > 0) environment.log.write('info', 'ended containers of an agent before', { ended })
  return made.containerizer
}

/** Listening at all of its addresses, it has no one of them to tell. */
function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** Executors prove the cluster's secret too. Only processes of the same user can read it there. */
function secretVariable(node: NodeOptions | undefined): Readonly<Record<string, string>> {
  return node?.secret === undefined ? {} : { [SECRET_VARIABLE]: node.secret }
}

/** Whoever asks for the refusal tells the whole of it. */
function endRefused(system: ActorSystem, master: string, error: TroupeError): void {
  const message =
    error.code === 'TROUPE_NODE_QUARANTINED'
      ? `the master at ${master} has given this node up: the agent ends with its executors`
      : `this node can't belong to the cluster of the master at ${master}: the agent ends`
  system.environment.log.write('error', message, { code: error.code })
  void system.terminate()
}
