import type { CqlOptions, CqlResult, CqlSession, CqlValue } from './cql.ts'

/** {@link CqlSession.pages} of a session that can execute. */
export async function* pagesOf(
  session: Pick<CqlSession, 'execute'>,
  query: string,
  params: readonly CqlValue[],
  options: CqlOptions,
): AsyncGenerator<CqlResult, void, undefined> {
  let { pageState } = options
  do {
    const page: CqlResult = await session.execute(query, params, {
      ...options,
      ...(pageState !== undefined && { pageState }),
    })
    yield page
    pageState = page.pageState
  } while (pageState !== undefined)
}
