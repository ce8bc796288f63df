const UUID_BYTES = 16

/** 16 bytes as a UUID of version 4: masters and agents of Mesos take no others. They are changed in place. @see RFC 4122 */
export function asUuid(uuid: Uint8Array): Uint8Array {
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x40
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80
  return uuid
}

/** Whether Mesos takes these bytes for a UUID: 16 of them, of a version from 1 to 5. */
export function isUuid(value: unknown): value is Uint8Array {
  if (!(value instanceof Uint8Array) || value.byteLength !== UUID_BYTES) return false
  const version = (value[6] ?? 0) >> 4
  return version >= 1 && version <= 5
}
