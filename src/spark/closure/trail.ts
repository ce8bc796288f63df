/** One step from a captured thing to what it holds. */
export type Step =
  /** A variable that a function captured. */
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'property'; readonly key: PropertyKey }
  | { readonly kind: 'entry'; readonly text: string }
  /** The superclass, the codec's data …: a word of its own. */
  | { readonly kind: 'part'; readonly name: string }

/**
 * The way from the root of a capture to one value. A linked list, so that a step costs one object; put into
 * words only for an error.
 */
export interface Trail {
  readonly parent: Trail | undefined
  readonly step: Step
}

/** The trail of a root, under the word it is known by: `map function`. */
export function rootTrail(label: string): Trail {
  return { parent: undefined, step: { kind: 'part', name: label } }
}

export function extend(parent: Trail, step: Step): Trail {
  return { parent, step }
}

/** Whether a function lies on the way; else the value was handed over itself, or in data. */
export function isCapturedByFunction(trail: Trail): boolean {
  for (let at: Trail | undefined = trail; at !== undefined; at = at.parent) {
    if (at.step.kind === 'variable') return true
  }
  return false
}

/** `map function → helper → config.socket`. */
export function describeTrail(trail: Trail): string {
  const steps: Step[] = []
  for (let at: Trail | undefined = trail; at !== undefined; at = at.parent) steps.push(at.step)
  const [root, ...rest] = steps.reverse()
  return rest.reduce((text, step) => text + describeStep(step), root ? stepName(root) : '')
}

/** What the last step names: the variable with the members after it, such as `config.socket`. */
export function describeCulprit(trail: Trail): string {
  let text = ''
  for (let at: Trail | undefined = trail; at !== undefined; at = at.parent) {
    if (at.step.kind === 'variable' || at.step.kind === 'part') return stepName(at.step) + text
    text = describeStep(at.step) + text
  }
  return text
}

function describeStep(step: Step): string {
  switch (step.kind) {
    case 'variable':
    case 'part':
      return ` → ${stepName(step)}`
    case 'property':
      return describeKey(step.key)
    case 'entry':
      return step.text
  }
}

function stepName(step: Step): string {
  return step.kind === 'variable' || step.kind === 'part' ? step.name : describeStep(step)
}

function describeKey(key: PropertyKey): string {
  if (typeof key === 'symbol') return `[${String(key)}]`
  if (typeof key === 'number' || /^(0|[1-9]\d*)$/.test(key)) return `[${String(key)}]`
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}
