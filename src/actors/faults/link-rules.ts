import type { LinkDirection } from './fault.ts'

/** What slows the pieces of one direction. */
export interface Slowness {
  readonly delayMs: number
  readonly jitterMs: number
  readonly bytesPerSecond: number | undefined
}

/** A condition on what `from` sends to `to`. `*` as a name fits every node. */
export interface LinkRule {
  readonly from: string
  readonly to: string
  /** Undefined: nothing passes. */
  readonly slowness: Slowness | undefined
}

/** The condition of the links of one node; connections ask it about each piece. */
export class LinkRules {
  readonly #rules: Set<LinkRule> = new Set()
  readonly #listeners: Set<() => void> = new Set()

  add(rule: LinkRule): () => void {
    this.#rules.add(rule)
    return () => {
      if (this.#rules.delete(rule)) for (const changed of [...this.#listeners]) changed()
    }
  }

  /** Calls `changed` whenever a rule has ended; returns the way to stop that. */
  onEnded(changed: () => void): () => void {
    this.#listeners.add(changed)
    return () => this.#listeners.delete(changed)
  }

  isCut(from: string, to: string): boolean {
    if (this.#rules.size === 0) return false
    for (const rule of this.#rules) {
      if (rule.slowness === undefined && isAbout(rule, from, to)) return true
    }
    return false
  }

  slow(from: string, to: string): readonly Slowness[] {
    if (this.#rules.size === 0) return []
    const found: Slowness[] = []
    for (const rule of this.#rules) {
      if (rule.slowness !== undefined && isAbout(rule, from, to)) found.push(rule.slowness)
    }
    return found
  }
}

/** The rules for a fault that names its direction. */
export function rulesFor(
  link: { readonly from: string; readonly to: string; readonly direction?: LinkDirection },
  slowness: Slowness | undefined,
): readonly LinkRule[] {
  const there = { from: link.from, to: link.to, slowness }
  if (link.direction === 'one-way') return [there]
  return [there, { from: link.to, to: link.from, slowness }]
}

function isAbout(rule: LinkRule, from: string, to: string): boolean {
  return (rule.from === '*' || rule.from === from) && (rule.to === '*' || rule.to === to)
}
