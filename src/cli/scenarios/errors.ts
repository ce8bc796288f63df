import { TroupeError } from '../../platform/index.ts'

/** A failure that a scenario brings about, or that shows that it is built wrong. */
export class ScenarioError extends TroupeError {}
