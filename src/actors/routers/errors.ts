import { TroupeError } from '../../platform/index.ts'

/** A router that can't be what it says. */
export class RouterError extends TroupeError {}

/** @throws TROUPE_ROUTER_OPTION_INVALID */
export function checkSize(size: number): number {
  if (Number.isInteger(size) && size >= 0 && size <= 2 ** 16) return size
  throw new RouterError(
    'TROUPE_ROUTER_OPTION_INVALID',
    `the size of a pool is ${String(size)}: it takes a whole number from 0 to 65536`,
    { data: { option: 'size', value: size } },
  )
}
