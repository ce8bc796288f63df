import type { Session } from 'node:inspector'

/** What the engine answers to a method of the inspector: in-process that comes before `post` returns. @throws what the engine refuses with */
export function post(session: Session, method: string, parameters?: object): unknown {
  let failure: Error | null = null
  let answer: unknown
  session.post(method, parameters, (error, result) => {
    failure = error
    answer = result
  })
  if (failure !== null) throw failure as Error
  return answer
}
