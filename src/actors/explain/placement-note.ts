import type { DecisionNote, DecisionPoint, LazyNote } from './decision.ts'
import { actorSubject } from './subject.ts'

/** Where children were started. */
export const placementPoint: DecisionPoint = {
  name: 'actors.placement',
  title: 'Placement of actors',
  rank: 84,
}

/** One place that might have been taken. */
export interface PlaceCandidate {
  readonly label: string
  /** Children there. */
  readonly load: number
  /** Why it could not be taken at all. */
  readonly unfit?: string | undefined
}

const NAMED = 8

/** Which node or thread a child was started on; the candidates are as they stood then. */
export class PlacementNote implements LazyNote {
  readonly #path: string
  readonly #place: string
  readonly #rule: string
  readonly #chosen: string | undefined
  readonly #total: number
  readonly #candidates: readonly PlaceCandidate[]

  constructor(
    path: string,
    place: string,
    rule: string,
    chosen: string | undefined,
    candidates: readonly PlaceCandidate[],
  ) {
    this.#path = path
    this.#place = place
    this.#rule = rule
    this.#chosen = chosen
    this.#total = candidates.length
    this.#candidates = candidates.slice(0, 4 * NAMED)
  }

  toNote(): DecisionNote {
    const rejected = new Map<string, number>()
    const samples: { candidate: string; reason: string }[] = []
    for (const { label, load, unfit } of this.#candidates) {
      if (label === this.#chosen) continue
      const reason = unfit ?? 'not its turn, or with more children'
      rejected.set(reason, (rejected.get(reason) ?? 0) + 1)
      if (samples.length < NAMED) samples.push({ candidate: `${label} with ${load}`, reason })
    }
    return {
      asked: `Where is ${this.#path} started (${this.#place})?`,
      chosen: this.#chosen ?? 'nowhere yet: it waits',
      because: this.#chosen === undefined ? 'there is no place for it now' : this.#rule,
      considered: this.#total,
      rejected: Object.fromEntries(rejected),
      samples,
      about: [actorSubject(this.#path)],
    }
  }
}
