/** What became of promises, to be looked at when the world has settled: `waits`, `taken` or an error's code. */
export function outcomes(promises: readonly Promise<unknown>[]): () => readonly string[] {
  const seen: string[] = promises.map(() => 'waits')
  promises.forEach((promise, at) => {
    promise.then(
      () => {
        seen[at] = 'taken'
      },
      (error: unknown) => {
        seen[at] = (error as { readonly code?: string }).code ?? String(error)
      },
    )
  })
  return () => [...seen]
}
