import type { Stage } from '../../../actors/testkit/index.ts'
import { ScenarioError } from '../errors.ts'

/** One incarnation of a kid, or one toy of it. */
export interface Life {
  readonly name: string
  readonly pid: number
  hasEnded: boolean
}

interface KidLife extends Life {
  readonly toys: Life[]
}

/** Who lives, as an omniscient onlooker knows it; it sees at once what the rules of the runtime forbid. */
export class Chronicle {
  readonly #stage: Stage
  readonly #kids: Map<string, KidLife[]> = new Map()
  readonly #toys: Map<string, Life> = new Map()
  readonly #lastCalls: Map<string, number> = new Map()
  /** Toy → how often the house was told of its end. */
  readonly #notices: Map<string, number> = new Map()

  constructor(stage: Stage) {
    this.#stage = stage
    stage.atRest('who watches is told of each end, once', () => {
      for (const [name, notices] of this.#notices) {
        const due = this.#isOver(this.#toys.get(name)) ? 1 : 0
        if (notices !== due)
          return `of ${name} the house was told ${notices} times instead of ${due}`
      }
      return undefined
    })
  }

  /** A kid begins a life. */
  born(kid: string, pid: number): KidLife {
    const lives = this.#kids.get(kid) ?? []
    this.#kids.set(kid, lives)
    for (const before of lives) {
      if (!this.#isOver(before)) {
        this.#stage.violated(
          'a child has one life at a time',
          `${before.name} lives on beside the next`,
        )
      }
      const toy = before.toys.find((each) => !this.#isOver(each))
      if (toy !== undefined) {
        this.#stage.violated('a restart takes the children along', `${toy.name} lives on`)
      }
    }
    const life = { name: `${kid}/${lives.length}`, pid, hasEnded: false, toys: [] }
    lives.push(life)
    return life
  }

  /** A kid has got a toy. */
  madeToy(life: KidLife): Life {
    const toy = { name: `${life.name}/toy-${life.toys.length}`, pid: life.pid, hasEnded: false }
    life.toys.push(toy)
    this.#toys.set(toy.name, toy)
    return toy
  }

  ended(life: Life): void {
    life.hasEnded = true
  }

  called(kid: string, number: number): void {
    const last = this.#lastCalls.get(kid) ?? 0
    if (number <= last) {
      this.#stage.violated('messages come in order, once', `call ${number} of ${kid} after ${last}`)
    }
    this.#lastCalls.set(kid, number)
  }

  /** A timer has fired in `life`, which `setIn` has set. */
  beat(life: Life, setIn: string): void {
    if (life.name === setIn) return
    const what = `${setIn} has set a timer that fires in ${life.name}`
    this.#stage.violated('timers end with their incarnation', what)
  }

  isWatched(toy: string): void {
    this.#notices.set(toy, this.#notices.get(toy) ?? 0)
  }

  toldOfEnd(toy: string): void {
    this.#notices.set(toy, (this.#notices.get(toy) ?? 0) + 1)
  }

  #isOver(life: Life | undefined): boolean {
    if (life === undefined || life.hasEnded) return true
    return !this.#stage.world.nodes().some(({ pid, isAlive }) => pid === life.pid && isAlive)
  }
}

/** Behaviors that were started by name find the chronicle of their run here; runs follow one another. */
const chronicles: Map<string, Chronicle> = new Map()

export function keepChronicle(run: string, chronicle: Chronicle): void {
  chronicles.clear()
  chronicles.set(run, chronicle)
}

/** @throws TROUPE_SCENARIO_UNKNOWN_RUN */
export function chronicleOf(run: string): Chronicle {
  const chronicle = chronicles.get(run)
  if (chronicle !== undefined) return chronicle
  throw new ScenarioError(
    'TROUPE_SCENARIO_UNKNOWN_RUN',
    `no run ${run} of the scenario is under way`,
  )
}
