import type { Session } from 'node:inspector'
import { post } from './inspector-post.ts'

/** A global property through which a function and its `this` pass; there only during a look. */
const exchangeKey = 'troupe.inspector.outer-this'
const exchange = `globalThis[Symbol.for(${JSON.stringify(exchangeKey)})]`

type Arrow = (...args: never) => unknown

interface Paused {
  readonly params: { readonly callFrames: readonly { readonly callFrameId: string }[] }
}

/**
 * Finds the `this` of arrow functions, which the engine keeps but names in no scope: it is told to stop the arrow where it begins,
 * answers what `this` is there, and ends the call before any of the arrow's code runs. The debugger must be enabled.
 */
export class OuterThis {
  readonly #session: Session
  #isTrusted: boolean | undefined

  constructor(session: Session) {
    this.#session = session
  }

  /** Undefined where the engine does not tell. */
  of(arrow: Arrow): { readonly value: unknown } | undefined {
    if (!(this.#isTrusted ??= this.#stopsInTime())) return undefined
    return this.#look(arrow)
  }

  /** An engine that does not stop here would run the arrow of a user. */
  #stopsInTime(): boolean {
    let hasRun = false
    const probe = function (this: object): Arrow {
      return () => {
        hasRun = true
        return this
      }
    }
    const receiver = {}
    const found = this.#look(probe.call(receiver))
    return !hasRun && found?.value === receiver
  }

  #look(arrow: Arrow): { readonly value: unknown } | undefined {
    // Whom it is called on means nothing to an arrow: who hears of that has not been told.
    const nobody = {}
    const box: { arrow: Arrow; value?: { readonly value: unknown } } & Record<string, unknown> = {
      arrow,
      args: new Array(MOST_PARAMETERS).fill(anything()),
      nobody,
      give: (value: unknown) => {
        if (value !== nobody) box.value = { value }
      },
    }
    const key = Symbol.for(exchangeKey)
    Object.defineProperty(globalThis, key, { value: box, configurable: true })
    let breakpointId: string | undefined
    try {
      const { result } = post(this.#session, 'Runtime.evaluate', {
        expression: `${exchange}.arrow`,
      }) as {
        result: { objectId: string }
      }
      const set = post(this.#session, 'Debugger.setBreakpointOnFunctionCall', {
        objectId: result.objectId,
      })
      breakpointId = (set as { breakpointId: string }).breakpointId
      this.#session.on('Debugger.paused', this.#paused)
      // Its parameters may be patterns, which take something of each.
      post(this.#session, 'Runtime.evaluate', {
        expression: `Reflect.apply(${exchange}.arrow, ${exchange}.nobody, ${exchange}.args)`,
      })
    } catch {
      // Ended on purpose; or the engine does not know how, which is to say that it does not tell.
    } finally {
      this.#session.removeListener('Debugger.paused', this.#paused)
      if (breakpointId !== undefined)
        post(this.#session, 'Debugger.removeBreakpoint', { breakpointId })
      Reflect.deleteProperty(globalThis, key)
    }
    return box.value
  }

  /** Called while the arrow stands still. */
  readonly #paused = ({ params }: Paused): void => {
    const callFrameId = params.callFrames[0]?.callFrameId
    const expression = `${exchange}.give(this)`
    try {
      post(this.#session, 'Debugger.evaluateOnCallFrame', { callFrameId, expression })
    } finally {
      post(this.#session, 'Debugger.resume', { terminateOnResume: true })
    }
  }
}

const MOST_PARAMETERS = 64

/** Has every member, and any number of items: itself. */
function anything(): unknown {
  const any: unknown = new Proxy(() => undefined, {
    get: (_, key) => (key === Symbol.iterator ? items : any),
    has: () => true,
  })
  function* items(): Generator<unknown> {
    for (;;) yield any
  }
  return any
}
