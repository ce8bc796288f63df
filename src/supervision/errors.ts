import { TroupeError } from '../platform/index.ts'

/** A strategy or a child spec that can't be what it says. */
export class SupervisionError extends TroupeError {}

/** @throws TROUPE_SUPERVISION_OPTION_INVALID unless `min <= value <= max`. */
export function checkRange(option: string, value: number, min: number, max: number): void {
  if (value >= min && value <= max) return
  throw new SupervisionError(
    'TROUPE_SUPERVISION_OPTION_INVALID',
    `${option} is ${String(value)}: it takes ${String(min)} to ${String(max)}`,
    { data: { option, value, min, max } },
  )
}
