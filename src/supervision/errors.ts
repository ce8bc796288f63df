import { TroupeError } from '../platform/index.ts'

/** A strategy or a child spec that can't be what it says. */
export class SupervisionError extends TroupeError {}

/** @throws TROUPE_SUPERVISION_OPTION_INVALID unless `min <= value <= max`. */
export function checkRange(option: string, value: number, min: number, max: number): void {
  if (!(value >= min && value <= max)) throw outOfRange(option, value, min, max, '')
}

/** As {@link checkRange}, for whole numbers. @throws TROUPE_SUPERVISION_OPTION_INVALID */
export function checkWhole(option: string, value: number, min: number, max: number): void {
  const isInRange = Number.isInteger(value) && value >= min && value <= max
  if (!isInRange) throw outOfRange(option, value, min, max, 'a whole number from ')
}

function outOfRange(
  option: string,
  value: number,
  min: number,
  max: number,
  what: string,
): SupervisionError {
  return new SupervisionError(
    'TROUPE_SUPERVISION_OPTION_INVALID',
    `${option} is ${String(value)}: it takes ${what}${String(min)} to ${String(max)}`,
    { data: { option, value, min, max } },
  )
}
