import type { ModuleReference } from './graph.ts'

/** The variables of a shell's session, beyond what their object tells. */
export interface SessionScope {
  /** What a name was imported from; undefined for what has a value of its own. */
  importOf(name: string): Pick<ModuleReference, 'url' | 'via' | 'path'> | undefined
  /** Whether a variable has its value already. */
  isInitialised(name: string): boolean
}

const sessions = new WeakMap<object, SessionScope>()

/**
 * Lets functions that stand in `with (variables) { … }` be captured: a shell evaluates lines so, for them to share their variables.
 * Each is captured by the name that it has there.
 */
export function registerSession(variables: object, scope: SessionScope): void {
  sessions.set(variables, scope)
}

/** The session whose variables these are. */
export function sessionOf(variables: object): SessionScope | undefined {
  return sessions.get(variables)
}
