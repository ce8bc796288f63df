import type { Scenario, Stage } from '../../../actors/testkit/index.ts'
import { TEXT, TEXT_PATH, playRounds, type Counts } from '../cluster/index.ts'
import { EXECUTORS, StandaloneHouse, standaloneWorld } from './house.ts'
import { watchMasters } from './invariants.ts'

/** Long enough for several leaders. */
const PAUSE_MS = 2_500
const UNREST_MS = 12_000
const ENDS_EVERY_MS = 1_200

/** Leaders are lost in every way, and so is what elects them. */
export const masters: Scenario<readonly Counts[]> = {
  name: 'masters',
  description:
    'jobs on a standalone cluster whose masters are elected, while leaders, ZooKeeper and links to both are lost',
  world: standaloneWorld,
  limitMs: 300_000,
  restMs: 60_000,
  twin: 'once',
  faults: {
    atLeast: 1,
    atMost: 5,
    withinMs: [0, 9_000],
    kinds: [
      { type: 'kill-process', node: 'master-*', weight: 4 },
      { type: 'freeze', node: 'master-*', forMs: [50, 12_000], weight: 4 },
      {
        type: 'cut-link',
        from: 'master-*',
        to: 'zookeeper-*',
        forMs: [50, 9_000],
        direction: 'any',
        weight: 4,
      },
      { type: 'half-open-link', from: 'master-*', to: 'zookeeper-*' },
      { type: 'reset-link', from: 'master-*', to: 'zookeeper-*', weight: 2 },
      { type: 'slow-link', from: 'master-*', to: 'zookeeper-*', forMs: [100, 6_000] },
      { type: 'kill-process', node: 'zookeeper-*', weight: 2 },
      { type: 'freeze', node: 'zookeeper-*', forMs: [50, 9_000], weight: 3 },
      { type: 'cut-link', from: 'worker-*', to: 'master-*', forMs: [50, 9_000], weight: 2 },
      { type: 'cut-link', from: 'driver', to: 'master-*', forMs: [50, 9_000] },
      { type: 'reset-link', from: '*', to: 'master-*' },
      { type: 'kill-process', node: 'worker-*' },
      { type: 'slow-node', node: '*', forMs: [100, 2_000] },
      { type: 'skew-clock', node: '*', offsetMs: [-3_600_000, 3_600_000], forMs: [100, 5_000] },
    ],
  },
  async start(stage) {
    watchMasters(stage)
    const play = await playRounds(stage, new StandaloneHouse(stage, TEXT, TEXT_PATH), PAUSE_MS)
    return {
      run: () => {
        if (!stage.isTwin) keepBusy(stage)
        return play.run()
      },
      stop: () => play.stop(),
    }
  },
}

/** Executors end all the time, so that whoever leads, or believes it, has others to launch. */
function keepBusy(stage: Stage): void {
  const { clock } = stage.world
  const endsMs = clock.now() + UNREST_MS
  const endOne = (turn: number): void => {
    if (clock.now() > endsMs) return
    const running = stage.world
      .nodes()
      .filter(({ name, isAlive }) => isAlive && name.startsWith(EXECUTORS))
    const one = running[turn % Math.max(1, running.length)]
    if (one !== undefined) stage.world.kill(one.name)
    clock.setTimer(ENDS_EVERY_MS, () => endOne(turn + 1), { background: true })
  }
  clock.setTimer(ENDS_EVERY_MS, () => endOne(0), { background: true })
}
