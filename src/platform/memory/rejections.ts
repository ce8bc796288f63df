/**
 * Calls `listener` for every promise of this process that is rejected and that nobody listens to, in place of
 * ending the process; returns the way to stop that.
 */
export function onUnhandledRejection(listener: (error: unknown) => void): () => void {
  const heard = (error: unknown): void => listener(error)
  process.on('unhandledRejection', heard)
  return () => process.off('unhandledRejection', heard)
}
