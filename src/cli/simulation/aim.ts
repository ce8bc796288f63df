import type { Fault, SimulationResult } from '../../actors/testkit/index.ts'

/** Which faults have hit something, over many seeds: one whose pattern fits nothing proves nothing. */
export class Aim {
  readonly #byKind: Map<string, { drawn: number; hit: number }> = new Map()

  add({ faults, injected }: SimulationResult): void {
    const hit = new Set(injected.map(({ planned }) => planned))
    for (const [index, { fault }] of faults.entries()) {
      const kind = kindOf(fault)
      const counts = this.#byKind.get(kind) ?? { drawn: 0, hit: 0 }
      this.#byKind.set(kind, counts)
      counts.drawn += 1
      if (hit.has(index)) counts.hit += 1
    }
  }

  /** A line on all of them, and one for each kind that has never hit anything. */
  lines(): readonly string[] {
    const kinds = [...this.#byKind]
    const sum = (pick: 'drawn' | 'hit'): number =>
      kinds.reduce((total, [, counts]) => total + counts[pick], 0)
    if (kinds.length === 0) return []
    return [
      `  ${sum('hit')} of ${sum('drawn')} faults were in effect`,
      ...kinds
        .filter(([, { hit }]) => hit === 0)
        .map(
          ([kind, { drawn }]) =>
            `  ${kind}: drawn ${drawn} times, never in effect: nothing was there, or the work was over`,
        ),
    ]
  }
}

/** Its type and what it is for, as the scenario names them. */
function kindOf(fault: Fault): string {
  if ('from' in fault) return `${fault.type} from ${fault.from} to ${fault.to}`
  if ('actor' in fault) return `${fault.type} ${fault.actor}`
  const place = 'pool' in fault ? fault.pool : 'node' in fault ? fault.node : undefined
  return place === undefined ? fault.type : `${fault.type} ${place}`
}
