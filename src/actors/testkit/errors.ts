import { TroupeError } from '../../platform/index.ts'

/** What a test expected did not happen, or something else did. */
export class TestKitError extends TroupeError {}
