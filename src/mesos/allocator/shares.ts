import { noQuantities, type Quantities } from '../resources/index.ts'
import { dominantShare } from './sorter.ts'
import { frameworkScale, type AllocatorState } from './state.ts'

/** What one framework holds over all agents and roles. */
export interface FrameworkShare {
  readonly frameworkId: string
  readonly held: Quantities
  /** 0 … 1, unweighted: the `Max Share` of the console. */
  readonly dominantShareRatio: number
}

/** The share of every framework, by id. */
export function sharesOf(state: AllocatorState): readonly FrameworkShare[] {
  const scale = frameworkScale(state)
  return [...state.frameworks.keys()].sort().map((frameworkId) => {
    const held = new Map<string, number>(noQuantities)
    for (const sorter of state.frameworkSorters.values()) {
      for (const [name, thousandths] of sorter.clients.get(frameworkId)?.allocated ?? []) {
        held.set(name, (held.get(name) ?? 0) + thousandths)
      }
    }
    return { frameworkId, held, dominantShareRatio: dominantShare(held, scale) }
  })
}
