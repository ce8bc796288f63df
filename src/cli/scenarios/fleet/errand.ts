/** What one task has to do, as its data says. */
export interface Errand {
  readonly id: string
  readonly takesMs: number
}

export function encodeErrand(errand: Errand): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(errand))
}

export function decodeErrand(data: Uint8Array): Errand {
  return JSON.parse(new TextDecoder().decode(data)) as Errand
}
