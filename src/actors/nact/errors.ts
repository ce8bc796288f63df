import { TroupeError } from '../../platform/index.ts'

/** The bridge can't do what nact or its user asks. */
export class NactError extends TroupeError {}
