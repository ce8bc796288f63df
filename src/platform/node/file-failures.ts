import { PlatformError, fileUnreadable, fileUnwritable, systemReason } from '../errors.ts'

/** @throws TROUPE_PLATFORM_FILE_UNREADABLE in place of what the system says */
export async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** @throws TROUPE_PLATFORM_FILE_UNWRITABLE in place of what the system says */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof PlatformError) throw cause
    throw fileUnwritable(path, systemReason(cause), cause)
  }
}

export function unreadable(path: string, cause: unknown): PlatformError {
  if (cause instanceof PlatformError) return cause
  return fileUnreadable(path, systemReason(cause), cause)
}
