import type { Directive } from '../actors/index.ts'
import { TroupeError, isTroupeError } from '../platform/index.ts'

/** Which failures get which directive. The first rule that matches decides. */
export interface FailureRule {
  /** For people, such as `TypeError` or `TROUPE_ASK_TIMEOUT`. */
  readonly description: string
  readonly directive: Directive
  readonly matches: (error: unknown) => boolean
}

/** A class of errors, by its constructor. */
export type ErrorClass = abstract new (...args: never[]) => Error

/**
 * A rule for a class of errors, or for errors of one code or name. Classes don't survive threads and
 * networks: what comes from there matches by its name, so a rule for a base class matches its remote
 * subclasses only if it is `TroupeError`.
 */
export function on(what: ErrorClass | string, directive: Directive): FailureRule {
  if (typeof what === 'string') {
    return {
      description: what,
      directive,
      matches: (error) => wordOf(error, 'code') === what || wordOf(error, 'name') === what,
    }
  }
  return {
    description: what.name,
    directive,
    matches: (error) =>
      error instanceof what ||
      wordOf(error, 'name') === what.name ||
      (what === TroupeError && isTroupeError(error)),
  }
}

/** A rule for the failures that `matches`; `description` says for people which these are. */
export function when(
  description: string,
  matches: (error: unknown) => boolean,
  directive: Directive,
): FailureRule {
  return { description, directive, matches }
}

function wordOf(error: unknown, key: 'code' | 'name'): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const word = (error as Record<string, unknown>)[key]
  return typeof word === 'string' ? word : undefined
}
