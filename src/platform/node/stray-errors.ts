/** Calls `tell` with what nobody has caught, instead of ending the process; returns the way to stop that. */
export function nodeStrayErrors(tell: (error: unknown) => void): () => void {
  process.on('uncaughtException', tell)
  process.on('unhandledRejection', tell)
  return () => {
    process.off('uncaughtException', tell)
    process.off('unhandledRejection', tell)
  }
}
