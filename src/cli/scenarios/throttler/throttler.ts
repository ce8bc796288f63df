import { startNode } from '../../../actors/index.ts'
import type { Play, Scenario, Stage } from '../../../actors/testkit/index.ts'
import { connectScheduler, isTerminal, masterAt } from '../../../mesos/index.ts'
import type { MasterState } from '../../../mesos/master/index.ts'
import type { Environment } from '../../../platform/index.ts'
import type { RunOutcome, RunPlan } from '../../../throttler/framework/index.ts'
import { launchRun } from '../../../throttler/launcher/index.ts'
import { MasterAndAgents } from '../cluster/index.ts'
import { runQueries, startQueries } from './queries.ts'

const HOSTS = ['one', 'two']
const TOTAL = 600
const PARALLELISM = 4
const OFTEN = { everyMs: 250 }
const PLAN: RunPlan = {
  run: {
    workload: { name: 'insert', params: {} },
    seed: 1,
    totalOperations: TOTAL,
    keyspace: 'demo_framework',
    store: { type: 'embedded', directory: '/rows' },
    concurrency: 1,
    onError: 'fail',
    intervalMs: 100,
  },
  operationsPerTask: 25,
  parallelism: PARALLELISM,
  maxTaskErrors: 1_000,
  schedule: { type: 'closed' },
  rateMode: 'open',
  task: { cpus: 1, mem: 64 },
  executorMem: 32,
  executorCommand: { shell: false, value: 'node', arguments: ['node', '/opt/queries.js'] },
  placement: 'pack',
  hosts: [],
}

/** Which queries are counted, in order. */
type Counted = readonly number[]

/**
 * The Throttler: a run of queries on two agents, while agents, executors, the master and its own scheduler are killed, links
 * break, and queries fail. Every query is counted exactly once, and the master never has more tasks than the parallelism.
 */
export const throttler: Scenario<Counted> = {
  name: 'throttler',
  description: 'a load test counts each query once, while agents, executors and its scheduler die',
  world: { programs: { queries: runQueries }, delay: { minMs: 1, maxMs: 10 } },
  limitMs: 600_000,
  restMs: 20_000,
  faults: {
    atMost: 6,
    withinMs: [0, 5_000],
    kinds: [
      { type: 'kill-process', node: 'queries-*', weight: 3 },
      { type: 'kill-process', node: 'agent-*', weight: 2 },
      { type: 'kill-process', node: 'throttler', weight: 4 },
      { type: 'kill-process', node: 'master' },
      { type: 'cut-link', from: 'master', to: 'agent-*', direction: 'any', forMs: [50, 12_000] },
      { type: 'cut-link', from: 'master', to: 'throttler', direction: 'any', forMs: [50, 6_000] },
      { type: 'reset-link', from: 'master', to: 'agent-*', weight: 3 },
      { type: 'reset-link', from: 'master', to: 'throttler', weight: 4 },
      { type: 'reset-link', from: 'agent-*', to: 'queries-*' },
      { type: 'freeze', node: 'agent-*', forMs: [50, 6_000] },
    ],
  },
  async start(stage) {
    const play = new ThrottlerPlay(stage)
    await play.start()
    return play
  },
}

class ThrottlerPlay implements Play<Counted> {
  readonly #stage: Stage
  readonly #cluster: MasterAndAgents
  #outcome: RunOutcome | undefined

  constructor(stage: Stage) {
    this.#stage = stage
    this.#cluster = new MasterAndAgents(stage, { hosts: HOSTS, resources: 'cpus:3;mem:1024' })
    stage.always('never more tasks than the parallelism', () => crowded(stage), OFTEN)
  }

  async start(): Promise<void> {
    await this.#cluster.start()
  }

  async run(): Promise<Counted> {
    const stage = this.#stage
    const { restartMs } = MasterAndAgents
    await stage.node('throttler', (environment) => this.#startRun(environment), { restartMs })
    await stage.when(() => this.#outcome !== undefined)
    const { code = 1, why = '', state } = this.#outcome ?? {}
    if (code !== 0) stage.violated('the run reaches its total', why)
    const counted = (state?.ended ?? []).flatMap(({ done }) =>
      done.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i)),
    )
    return counted.sort((a, b) => a - b)
  }

  async stop(): Promise<void> {
    await this.#cluster.stop('queries-')
  }

  /** Begins the run, or goes on with it: the same each time. */
  async #startRun(environment: Environment): Promise<void> {
    if (this.#outcome !== undefined) return
    const run = launchRun(environment, {
      plan: PLAN,
      load: {
        startTask: startQueries,
        ensureSchema: () => Promise.resolve(),
      },
      master: async (system) => {
        const node = await startNode(system, { ...MasterAndAgents.heartbeat, listen: false })
        return connectScheduler(masterAt(node, MasterAndAgents.address))
      },
      stateDirectory: '/var/troupe/run',
      failoverTimeoutSeconds: 60,
      listener: {
        onSay: () => undefined,
        onMeasured: () => undefined,
        onTaskEnded: () => undefined,
      },
    })
    void run.then((outcome) => {
      this.#outcome = outcome
    })
    await Promise.resolve()
  }
}

/** More tasks that have not ended than may be at once, as the master sees it. */
function crowded(stage: Stage): string | undefined {
  const master = stage.stateOf('master', '/user/master') as MasterState | undefined
  for (const [, { tasks }] of master?.frameworks ?? []) {
    const live = [...tasks].filter(([, { state }]) => !isTerminal(state))
    if (live.length > PARALLELISM) return `${live.length} tasks, ${PARALLELISM} may be`
  }
  return undefined
}
