const FORM =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?$/i

/**
 * Unix time in ms of a date and time as RFC 3339 has it, or as `2016-03-15 12:15:39`; without a zone it is UTC, never that of the
 * machine. What is finer than a millisecond is cut off. Undefined if it is none, or names a day that there is not.
 */
export function parseUtc(text: string): number | undefined {
  const found = FORM.exec(text)
  if (found === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0))
  const millis = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3))
  const isTime = hour < 24 && minute < 60 && second < 60
  // Date.UTC takes years below 100 for those of the last century.
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (!isTime || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  date.setUTCHours(hour, minute, second, millis)
  const offset = offsetMinutes(found[8])
  return offset === undefined ? undefined : date.getTime() - offset * 60_000
}

function offsetMinutes(zone = 'Z'): number | undefined {
  const [, sign, hours = '', minutes = ''] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? []
  if (sign === undefined) return 0
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}
