import type { Acls } from '../security/index.ts'

/** Settings of a master. */
export interface MasterOptions {
  readonly hostname: string
  readonly ip: string
  readonly port: number
  /**
   * With `maxAgentPingTimeouts`: a disconnected agent has their product to come back before its tasks are lost.
   * Default 15,000.
   * @see agent_ping_timeout of Mesos
   */
  readonly agentPingTimeoutMs: number
  /** Default 5, which makes 75 s. @see max_agent_ping_timeouts of Mesos */
  readonly maxAgentPingTimeouts: number
  /**
   * How long agents that an earlier master had admitted have to come back before they are out of reach. Default 600,000.
   * @see agent_reregister_timeout of Mesos
   */
  readonly agentReregisterTimeoutMs: number
  /**
   * The share of the agents that an earlier master had admitted of which so many may be given up when they have not come back; if it is
   * more, the master fails in place of giving them up. Default 1. @see recovery_agent_removal_limit of Mesos
   */
  readonly recoveryAgentRemovalRatio: number
  /** At least so long is between the removals of two agents; 0, the default, sets no limit. @see agent_removal_rate_limit of Mesos */
  readonly agentRemovalEveryMs: number
  /** What principals may do; everything by default. */
  readonly acls?: Acls
  /** Frameworks may be in these roles and in `*` only; in any by default. @see roles of Mesos */
  readonly roles?: ReadonlySet<string>
  /** How often both sides of an agent's session send a pulse. Default 1,000. */
  readonly agentHeartbeatMs: number
  /** Silence after which an agent's session ends. Default 10,000. */
  readonly agentLeaseMs: number
  /** How often a subscribed scheduler gets a HEARTBEAT. Default 15,000. */
  readonly schedulerHeartbeatMs: number
  /** Silence after which a scheduler's session ends. Default 30,000. */
  readonly schedulerLeaseMs: number
  /**
   * What a disconnected framework has at least to come back, whatever its `failover_timeout`: a broken connection is no
   * end. Not for those that have come by HTTP. Default 2,000.
   */
  readonly reconnectMs: number
  /** An offer that is neither accepted nor declined is rescinded after so long; never by default. @see offer_timeout of Mesos */
  readonly offerTimeoutMs?: number
  /** How many frameworks that have ended are remembered with their tasks. Default 50. @see max_completed_frameworks of Mesos */
  readonly maxCompletedFrameworks: number
  /** How many tasks of each framework that have ended are remembered. Default 1,000. @see max_completed_tasks_per_framework of Mesos */
  readonly maxCompletedTasks: number
  /** How many of its tasks that are out of reach. Default 1,000. @see max_unreachable_tasks_per_framework of Mesos */
  readonly maxUnreachableTasks: number
  /** An agent that is out of reach for so long is forgotten. Default two weeks. @see registry_max_agent_age of Mesos */
  readonly registryMaxAgentAgeMs: number
  /** How many agents out of reach are remembered. Default 102,400. @see registry_max_agent_count of Mesos */
  readonly registryMaxAgentCount: number
  /** How long agents of an earlier master have to register before their tasks are unknown. Default 30,000. */
  readonly recoveryMs: number
  /** Grows with every start of a master, restarts of its actor included; agents refuse what an older one says. Default 1. */
  readonly epoch: number
  /**
   * Whether the epoch is only a guess, by a clock that may have been set back: then the master goes beyond what its agents
   * have seen. Default false: a master that is older than its agents know is heeded by none of them.
   */
  readonly isEpochGuessed: boolean
}

export const defaultMasterOptions: MasterOptions = {
  hostname: 'localhost',
  ip: '127.0.0.1',
  port: 5050,
  agentPingTimeoutMs: 15_000,
  maxAgentPingTimeouts: 5,
  agentReregisterTimeoutMs: 600_000,
  recoveryAgentRemovalRatio: 1,
  agentRemovalEveryMs: 0,
  agentHeartbeatMs: 1000,
  agentLeaseMs: 10_000,
  schedulerHeartbeatMs: 15_000,
  schedulerLeaseMs: 30_000,
  reconnectMs: 2000,
  registryMaxAgentAgeMs: 1_209_600_000,
  registryMaxAgentCount: 102_400,
  maxCompletedFrameworks: 50,
  maxCompletedTasks: 1000,
  maxUnreachableTasks: 1000,
  recoveryMs: 30_000,
  epoch: 1,
  isEpochGuessed: false,
}
