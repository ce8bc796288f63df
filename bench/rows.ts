/**
 * The rows of the table, each with what is to be reached. One row is one workload, which every runtime that
 * knows it runs in the same shape; docs/benchmarks.md says what each one measures.
 */

export type RuntimeId = 'troupe' | 'nact' | 'xstate' | 'pekko' | 'erlang' | 'port' | 'comlink'

/** What a column is called: over links other parts of the same runtimes are measured. */
export const columns: Record<'local' | 'links', Partial<Record<RuntimeId, string>>> = {
  local: { troupe: 'Troupe', nact: 'nact', xstate: 'xstate', pekko: 'Pekko', erlang: 'Erlang' },
  links: {
    troupe: 'Troupe',
    port: 'postMessage',
    comlink: 'comlink',
    pekko: 'Pekko Artery',
    erlang: 'Erlang distribution',
  },
}

export type Target =
  /** Ours over the peer's (for a row where less is better: the peer's over ours). */
  | { readonly type: 'ratio'; readonly peer: RuntimeId; readonly atLeast: number }
  | { readonly type: 'atLeast'; readonly value: number }
  | { readonly type: 'atMost'; readonly value: number }

export interface Row {
  readonly id: string
  readonly title: string
  readonly section: keyof typeof columns
  readonly unit: string
  readonly isLessBetter?: boolean
  /** Rows of one group are measured by one process. The row's own id by default. */
  readonly group?: string
  /** The row whose figure of ours stands here too, where a peer has two ways of doing one thing. */
  readonly ours?: string
  readonly targets: readonly Target[]
}

const times = (peer: RuntimeId, atLeast: number): Target => ({ type: 'ratio', peer, atLeast })
const atLeast = (value: number): Target => ({ type: 'atLeast', value })
const atMost = (value: number): Target => ({ type: 'atMost', value })

export const rows: readonly Row[] = [
  {
    id: 'pingpong',
    title: 'round trips, same thread',
    section: 'local',
    unit: '/s',
    targets: [times('pekko', 1.5), times('nact', 20)],
  },
  {
    id: 'tell',
    title: 'sends, backlog of 5 M',
    section: 'local',
    unit: '/s',
    targets: [times('pekko', 1.5)],
  },
  {
    id: 'tell1k',
    title: 'sends, bursts of 1,000',
    section: 'local',
    unit: '/s',
    targets: [times('erlang', 0.6)],
  },
  {
    id: 'fanin4',
    title: 'fan-in, 4 to 1',
    section: 'local',
    unit: '/s',
    targets: [times('pekko', 1.3)],
  },
  {
    id: 'ring100',
    title: 'ring of 100, hops',
    section: 'local',
    unit: '/s',
    targets: [times('pekko', 1.3)],
  },
  {
    id: 'ask',
    title: 'ask, one at a time',
    section: 'local',
    unit: '/s',
    targets: [times('erlang', 2)],
  },
  {
    id: 'ask100',
    title: 'ask, 100 in flight',
    section: 'local',
    unit: '/s',
    targets: [times('erlang', 1)],
  },
  {
    id: 'spawn',
    title: 'spawn',
    section: 'local',
    unit: '/s',
    group: 'spawn',
    targets: [times('erlang', 2)],
  },
  {
    id: 'bytes',
    title: 'bytes per idle actor',
    section: 'local',
    unit: 'B',
    isLessBetter: true,
    group: 'spawn',
    targets: [atMost(500)],
  },
  {
    id: 'forkjoin',
    title: 'spawn, send, reply, stop',
    section: 'local',
    unit: '/s',
    targets: [times('pekko', 2)],
  },
  {
    id: 'crash',
    title: 'crash and restart under a strategy',
    section: 'local',
    unit: '/s',
    group: 'crash',
    targets: [times('nact', 1), times('pekko', 0.5)],
  },
  {
    id: 'crash-otp',
    title: 'the same, OTP supervisor',
    section: 'local',
    unit: '/s',
    group: 'crash',
    ours: 'crash',
    targets: [],
  },
  {
    id: 'children',
    title: 'parent with 100,000 children / with none',
    section: 'local',
    unit: '',
    // As fast: within what two halves of one process differ by.
    targets: [atLeast(0.9)],
  },
  {
    id: 'accounts',
    title: 'sends with types, samples and decisions kept / without, 31 pairs',
    section: 'local',
    unit: '',
    isLessBetter: true,
    group: 'accounts',
    targets: [atMost(1.05)],
  },
  {
    id: 'accounts-high',
    title: 'the same, upper end of the 95 % interval',
    section: 'local',
    unit: '',
    isLessBetter: true,
    group: 'accounts',
    targets: [atMost(1.05)],
  },
  {
    id: 'accounts-mixed',
    title: 'the same, one in 1,000 unhandled, one in 10,000 failing',
    section: 'local',
    unit: '',
    isLessBetter: true,
    group: 'accounts',
    targets: [],
  },
  {
    id: 'rings',
    title: 'bytes of 10 full rings of 256 decisions',
    section: 'local',
    unit: 'B',
    isLessBetter: true,
    group: 'accounts',
    targets: [],
  },
  {
    id: 'simulation-bank',
    title: 'simulated seeds of `bank`',
    section: 'local',
    unit: '/min',
    group: 'simulation',
    targets: [],
  },
  {
    id: 'simulation-bank-events',
    title: 'simulated events of `bank`',
    section: 'local',
    unit: '/s',
    group: 'simulation',
    targets: [],
  },
  {
    id: 'simulation-cluster',
    title: 'simulated seeds of `cluster`',
    section: 'local',
    unit: '/min',
    group: 'simulation',
    targets: [],
  },
  {
    id: 'simulation-cluster-events',
    title: 'simulated events of `cluster`',
    section: 'local',
    unit: '/s',
    group: 'simulation',
    targets: [],
  },
  {
    id: 'allocator-10k',
    title: '10,000 agents, 1,000 frameworks in one role: a run that offers all',
    section: 'local',
    unit: 's',
    isLessBetter: true,
    group: 'allocator',
    targets: [atMost(1.06)],
  },
  {
    id: 'allocator-10k-declined',
    title: 'the same after ten rounds of refusals: 100,000 filters',
    section: 'local',
    unit: 's',
    isLessBetter: true,
    group: 'allocator',
    targets: [atMost(1.06)],
  },
  {
    id: 'allocator-10k-agents',
    title: 'the same: adding the agents',
    section: 'local',
    unit: 's',
    isLessBetter: true,
    group: 'allocator',
    targets: [atMost(1.61)],
  },
  {
    id: 'allocator-all-filtered',
    title: '10,000 agents, 50 frameworks that have refused every agent: a run',
    section: 'local',
    unit: 's',
    isLessBetter: true,
    group: 'allocator',
    targets: [],
  },
  {
    id: 'allocator-quota',
    title: '3,000 agents, 3,000 roles with quota, 3,000 frameworks: 3,500 offers',
    section: 'local',
    unit: 's',
    isLessBetter: true,
    group: 'allocator',
    targets: [atMost(15.4)],
  },
  {
    id: 'allocator-quota-idle',
    title: 'the same: the next run, with nothing to offer',
    section: 'local',
    unit: 's',
    isLessBetter: true,
    group: 'allocator',
    targets: [atMost(13.7)],
  },
  {
    id: 'allocator-100',
    title: '100 agents, 1,000 roles with a framework each: a run',
    section: 'local',
    unit: 's',
    isLessBetter: true,
    group: 'allocator',
    targets: [],
  },
  {
    id: 'allocator-1000',
    title: '1,000 agents',
    section: 'local',
    unit: 's',
    isLessBetter: true,
    group: 'allocator',
    targets: [],
  },
  {
    id: 'allocator-10000',
    title: '10,000 agents',
    section: 'local',
    unit: 's',
    isLessBetter: true,
    group: 'allocator',
    targets: [],
  },
  {
    id: 'allocator-50000',
    title: '50,000 agents',
    section: 'local',
    unit: 's',
    isLessBetter: true,
    group: 'allocator',
    targets: [],
  },
  {
    id: 'mesos-tasks-10000',
    title: 'cluster of 1,000 agents: 10,000 no-op tasks launched, finished, acknowledged',
    section: 'local',
    unit: '/s',
    group: 'mesos-tasks',
    targets: [atLeast(10_000)],
  },
  {
    id: 'mesos-tasks-100000',
    title: 'the same with 100,000 tasks',
    section: 'local',
    unit: '/s',
    group: 'mesos-tasks',
    targets: [atLeast(10_000)],
  },
  {
    id: 'mesos-tasks-1000000',
    title: 'the same with 1,000,000 tasks',
    section: 'local',
    unit: '/s',
    group: 'mesos-tasks',
    targets: [atLeast(10_000)],
  },
  {
    id: 'mesos-tasks-left',
    title: 'heap that is held after them, for each task that was',
    section: 'local',
    unit: 'B',
    isLessBetter: true,
    group: 'mesos-tasks',
    targets: [atMost(50)],
  },
  {
    id: 'mesos-memory-10000',
    title: '1,000 agents, 10,000 tasks that run: heap for each, all parts together',
    section: 'local',
    unit: 'B',
    isLessBetter: true,
    group: 'mesos-memory',
    targets: [],
  },
  {
    id: 'mesos-memory-100000',
    title: 'the same with 100,000 tasks',
    section: 'local',
    unit: 'B',
    isLessBetter: true,
    group: 'mesos-memory',
    targets: [],
  },
  {
    id: 'mesos-memory-1000000',
    title: 'the same with 1,000,000 tasks',
    section: 'local',
    unit: 'B',
    isLessBetter: true,
    group: 'mesos-memory',
    targets: [],
  },
  {
    id: 'thread-oneway',
    title: 'thread, one way',
    section: 'links',
    unit: '/s',
    targets: [atLeast(2_000_000), times('port', 3)],
  },
  {
    id: 'thread-rt',
    title: 'thread, round trip, p50',
    section: 'links',
    unit: 'µs',
    isLessBetter: true,
    group: 'thread-rt',
    targets: [],
  },
  {
    id: 'thread-rt-ratio',
    title: 'the same, over the bare port, 15 pairs',
    section: 'links',
    unit: '',
    isLessBetter: true,
    group: 'thread-rt',
    targets: [atMost(1.25)],
  },
  {
    id: 'thread-rt-together',
    title: 'thread, round trip, both held on one core, p50',
    section: 'links',
    unit: 'µs',
    isLessBetter: true,
    group: 'thread-rt',
    targets: [],
  },
  {
    id: 'thread-rt-together-ratio',
    title: 'the same, over the bare port, 15 pairs',
    section: 'links',
    unit: '',
    isLessBetter: true,
    group: 'thread-rt',
    targets: [],
  },
  {
    id: 'thread-rt-spin',
    title: 'thread, round trip, both sides spinning, p50',
    section: 'links',
    unit: 'µs',
    isLessBetter: true,
    group: 'thread-rt',
    targets: [atMost(10)],
  },
  {
    id: 'tcp-oneway',
    title: 'TCP, one way',
    section: 'links',
    unit: '/s',
    group: 'tcp',
    targets: [atLeast(1_000_000), times('erlang', 3), times('pekko', 3)],
  },
  {
    id: 'tcp-rt',
    title: 'TCP, round trip, p50',
    section: 'links',
    unit: 'µs',
    isLessBetter: true,
    group: 'tcp',
    targets: [],
  },
  {
    id: 'tcp-echo100',
    title: 'TCP, echo, 100 in flight',
    section: 'links',
    unit: '/s',
    group: 'tcp',
    targets: [times('pekko', 2), times('erlang', 2)],
  },
]

export const groupOf = (row: Row): string => row.group ?? row.id
