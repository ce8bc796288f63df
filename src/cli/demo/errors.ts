import { TroupeError } from '../../platform/index.ts'

/** A demonstration that can't go on. */
export class DemoError extends TroupeError {}
