const UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
  TB: 1024 ** 4,
}

/** An amount of bytes as Mesos writes it (`2GB`, `512MB`, `100B`), in bytes; undefined if the text is none. */
export function parseBytes(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d+)([KMGT]?B)$/.exec(text) ?? []
  const unitBytes = UNITS[unit]
  return unitBytes === undefined ? undefined : Number(amount) * unitBytes
}
