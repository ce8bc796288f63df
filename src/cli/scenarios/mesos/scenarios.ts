import type { FaultTemplate, Scenario, Stage } from '../../../actors/testkit/index.ts'
import { runErrands } from '../fleet/index.ts'
import { House, type Done, type HousePlan } from './house.ts'

const world = { programs: { errands: runErrands }, delay: { minMs: 1, maxMs: 10 } }
const LIMIT_MS = 300_000
/** Statuses are sent again after ten seconds, then twenty. */
const REST_MS = 40_000
/** Shorter than schedulers keep some of them. */
const OFFER_MS = 1_000

/** One of the house's scenarios. */
function scenario(
  name: string,
  description: string,
  plan: HousePlan,
  kinds: readonly FaultTemplate[],
  atMost: number,
): Scenario<Done> {
  return {
    name,
    description,
    world,
    limitMs: LIMIT_MS,
    restMs: REST_MS,
    faults: { atMost, withinMs: [0, 4_000], kinds },
    async start(stage) {
      const house = new House(stage, plan)
      await house.start()
      return house
    },
  }
}

const both = [
  { name: 'red', isAware: true },
  { name: 'blue', isAware: false },
] as const

/** An agent is cut off for so long that it counts as out of reach, and comes back with what ran on it. */
export const partition: Scenario<Done> = scenario(
  'partition',
  'agents are out of reach and come back, to a framework that knows partitions and one that does not',
  {
    hosts: ['one', 'two'],
    frameworks: both,
    errands: 6,
    takesMs: [200, 16_000],
    kills: 2,
    offerTimeoutMs: OFFER_MS,
  },
  [
    {
      type: 'cut-link',
      from: 'master',
      to: 'agent-*',
      direction: 'any',
      forMs: [4_000, 16_000],
      weight: 6,
    },
    { type: 'freeze', node: 'agent-*', forMs: [4_000, 12_000], weight: 2 },
    { type: 'half-open-link', from: 'master', to: 'agent-*' },
    { type: 'kill-process', node: 'agent-*' },
    { type: 'kill-process', node: 'master' },
  ],
  4,
)

/** The master is killed when an ACCEPT, or the LAUNCH that follows from it, is under way. */
export const handover: Scenario<Done> = scenario(
  'handover',
  'the master is killed between ACCEPT and LAUNCH',
  {
    hosts: ['one', 'two'],
    frameworks: both,
    errands: 8,
    takesMs: [50, 600],
    offerTimeoutMs: OFFER_MS,
    mishap: {
      when: ['accepting'],
      atMost: 3,
      oneIn: 3,
      happen: (stage) => kill(stage, 'master'),
    },
  },
  [
    { type: 'reset-link', from: 'master', to: 'agent-*', weight: 2 },
    { type: 'reset-link', from: 'master', to: 'framework-*', weight: 2 },
    { type: 'crash-node', node: 'master' },
    { type: 'kill-process', node: 'agent-*' },
  ],
  3,
)

/** Executors are killed, some of them just when they have said something. */
export const executors: Scenario<Done> = scenario(
  'executors',
  'executors are killed while their tasks start, run and finish',
  {
    hosts: ['one', 'two'],
    frameworks: both,
    errands: 8,
    takesMs: [50, 800],
    kills: 2,
    mishap: {
      when: ['accepting', 'updated', 'registering'],
      atMost: 8,
      oneIn: 3,
      happen: (stage, node) => killExecutor(stage, node),
    },
  },
  [
    { type: 'kill-process', node: 'errands-*', weight: 4 },
    { type: 'freeze', node: 'errands-*', forMs: [50, 3_000] },
    { type: 'kill-process', node: 'agent-*' },
    { type: 'reset-link', from: 'agent-*', to: 'errands-*' },
    { type: 'reset-link', from: 'master', to: 'agent-*', weight: 2 },
  ],
  5,
)

/** What an acknowledgement goes by breaks while it is under way. */
export const acknowledgement: Scenario<Done> = scenario(
  'acknowledgement',
  'acknowledgements of statuses are lost on their way',
  {
    hosts: ['one', 'two'],
    frameworks: both,
    errands: 8,
    takesMs: [50, 600],
    kills: 2,
    offerTimeoutMs: OFFER_MS,
    mishap: {
      when: ['updated'],
      atMost: 6,
      oneIn: 2,
      happen: (stage, node) => breakLink(stage, node),
    },
  },
  [
    { type: 'reset-link', from: 'master', to: 'agent-*', weight: 4 },
    { type: 'cut-link', from: 'master', to: 'framework-*', forMs: [50, 3_000] },
    { type: 'cut-link', from: 'master', to: 'agent-*', forMs: [50, 3_000] },
    { type: 'kill-process', node: 'agent-*' },
  ],
  4,
)

/** A scheduler is killed when a status has come; another one goes on under its id. */
export const failover: Scenario<Done> = scenario(
  'failover',
  'frameworks fail over while their tasks finish',
  {
    hosts: ['one', 'two'],
    frameworks: both,
    errands: 8,
    takesMs: [50, 600],
    mishap: {
      when: ['updated'],
      atMost: 4,
      oneIn: 3,
      happen: (stage, node) => kill(stage, node),
    },
  },
  [
    { type: 'kill-process', node: 'framework-*', weight: 3 },
    { type: 'freeze', node: 'framework-*', forMs: [50, 4_000] },
    { type: 'reset-link', from: 'master', to: 'framework-*' },
    { type: 'kill-process', node: 'master' },
    { type: 'reset-link', from: 'master', to: 'agent-*' },
  ],
  4,
)

/** Two schedulers subscribe under one id, again and again. */
export const rivals: Scenario<Done> = scenario(
  'rivals',
  'two schedulers with one id take the framework from each other',
  {
    hosts: ['one', 'two'],
    frameworks: [
      { name: 'red', isAware: true, schedulers: 2 },
      { name: 'blue', isAware: false },
    ],
    errands: 8,
    takesMs: [50, 1_000],
  },
  [
    { type: 'kill-process', node: 'framework-red-*', weight: 2 },
    { type: 'reset-link', from: 'master', to: 'framework-*', weight: 2 },
    { type: 'freeze', node: 'framework-red-*', forMs: [50, 3_000] },
    { type: 'kill-process', node: 'master' },
    { type: 'reset-link', from: 'master', to: 'agent-*' },
  ],
  4,
)

function kill(stage: Stage, node: string): void {
  if (stage.isAlive(node)) stage.world.kill(node)
}

function killExecutor(stage: Stage, node: string): void {
  const living = stage.world
    .nodes()
    .filter(({ name, isAlive }) => isAlive && name.startsWith('errands-'))
  const one = living[stage.random.int(Math.max(1, living.length))]
  if (one !== undefined && stage.isAlive(node)) stage.world.kill(one.name)
}

/** That of the framework, or that of an agent: an acknowledgement goes by both. */
function breakLink(stage: Stage, node: string): void {
  const agents = ['agent-one', 'agent-two']
  const ends = [node, ...agents]
  const end = ends[stage.random.int(ends.length)] ?? node
  stage.world.network.reset('master', end)
  stage.world.network.reset(end, 'master')
}
