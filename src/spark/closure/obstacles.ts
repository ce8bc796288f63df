import type { CapturePass } from './capture-pass.ts'
import type { ClosureErrorCode } from './errors.ts'
import type { Subject } from './function-capture.ts'
import type { Obstacle } from './references.ts'
import { sessionOf } from './session-scope.ts'
import { describeCulprit, extend } from './trail.ts'

interface Explanation {
  readonly code: ClosureErrorCode
  readonly why: string
  readonly wayOut: string
}

const outerThis = (why: string): Explanation => ({
  code: 'TROUPE_CLOSURE_OUTER_THIS',
  why,
  wayOut: 'Copy what it needs into a constant before it: const value = this.value',
})

const explanations: Readonly<Record<Obstacle['kind'], Explanation>> = {
  this: outerThis('uses `this` of the code around it'),
  arguments: outerThis('uses `arguments` of the function around it'),
  'new.target': outerThis('uses `new.target` of the function around it'),
  super: {
    code: 'TROUPE_CLOSURE_SUPER',
    why: 'uses `super`, which is bound to its object or class',
    wayOut: 'Capture the class instead, or move the inherited part into a function',
  },
  eval: {
    code: 'TROUPE_CLOSURE_EVAL',
    why: 'calls eval directly, so that its variables are not known',
    wayOut: 'Use a function, or (0, eval)(text), which sees no variables',
  },
  with: {
    code: 'TROUPE_CLOSURE_WITH',
    why: 'uses `with`, so that its variables are not known',
    wayOut: "Name the object's members instead",
  },
  'import.meta': {
    code: 'TROUPE_CLOSURE_IMPORT_META',
    why: 'uses import.meta, which belongs to its module',
    wayOut: 'Take what it needs into a constant before it: const url = import.meta.url',
  },
  'private name': {
    code: 'TROUPE_CLOSURE_PRIVATE_NAME',
    why: 'uses a private name of the class around it',
    wayOut: 'Capture the class, or read the member before it into a constant',
  },
}

/** @throws the code of the first thing in the function that can't leave its surroundings */
export function checkObstacles(
  pass: CapturePass,
  { script, facts, references, inspected, trail }: Subject,
): void {
  const [first] = references.obstacles
  if (first === undefined) {
    const [around, ...others] = facts.surroundings.filter(({ type }) => type === 'WithStatement')
    if (around === undefined) return
    const isSession = inspected.scopes.some(({ variables }) => sessionOf(variables) !== undefined)
    if (isSession && others.length === 0) return
    throw pass.refusal('TROUPE_CLOSURE_WITH', trail, {
      what: `${describeCulprit(trail)} stands inside a \`with\`, so that its variables are not known`,
      wayOut: explanations.with.wayOut,
      place: script.place(around.start),
    })
  }
  const { code, why, wayOut } = explanations[first.kind]
  throw pass.refusal(code, extend(trail, { kind: 'part', name: first.text }), {
    what: `${describeCulprit(trail)} ${why}`,
    wayOut,
    place: script.place(first.offset),
  })
}
