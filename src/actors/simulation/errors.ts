import { TroupeError } from '../../platform/index.ts'

/** A simulation that can't be run as it was asked for. */
export class SimulationError extends TroupeError {}
