import { size } from '../context/conf/parsers.ts'
import { invalidArgument } from '../errors.ts'

const MIB = 2 ** 20
const mebibytes = size('m')

/** @throws TROUPE_SPARK_ARGUMENT_INVALID unless it is an integer of 1 or more */
export function countOf(where: string, amount: number): number {
  if (Number.isSafeInteger(amount) && amount >= 1) return amount
  throw invalidArgument(where, amount, 'an integer of 1 or more')
}

/** A size such as `2g` in MiB; a plain number is of MiB. @throws TROUPE_SPARK_ARGUMENT_INVALID */
export function mebibytesOf(where: string, amount: string | number): number {
  if (typeof amount !== 'string' && typeof amount !== 'number') {
    throw invalidArgument(where, amount, 'a number of MiB, or a size such as 512m or 2g')
  }
  return Math.floor(mebibytes(where, amount) / MIB)
}

/** @throws TROUPE_SPARK_ARGUMENT_INVALID unless it is a name */
export function nameOf(where: string, name: string): string {
  if (typeof name === 'string' && name !== '') return name
  throw invalidArgument(where, name, 'the name of a resource')
}
