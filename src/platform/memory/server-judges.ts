import type { TroupeError } from '../troupe-error.ts'

/**
 * What becomes of a request to a simulated server: refused and unreachable before it is done, unanswered after that, and late by so many
 * milliseconds. Undefined: it is done and answered.
 */
export type ServerVerdict =
  | { readonly type: 'refused' | 'unreachable' | 'unanswered'; readonly reason: string }
  | { readonly type: 'late'; readonly byMs: number }

/** @param subject the topic, or the table */
export type ServerJudge = (operation: string, subject: string) => ServerVerdict | undefined

export type ServerFailures = Readonly<
  Record<'refused' | 'unreachable' | 'unanswered', (subject: string, reason: string) => TroupeError>
>

/** Those who judge requests to a simulated server. */
export class ServerJudges {
  readonly #judges: Set<ServerJudge> = new Set()
  readonly #wait: (ms: number) => Promise<void>

  constructor(wait: (ms: number) => Promise<void>) {
    this.#wait = wait
  }

  add(judge: ServerJudge): () => void {
    this.#judges.add(judge)
    return () => this.#judges.delete(judge)
  }

  /** A request as real servers take it: later, and only as judges allow. */
  async asked<T>(
    operation: string,
    subject: string,
    failures: ServerFailures,
    work: () => Promise<T>,
  ): Promise<T> {
    await Promise.resolve()
    for (const judge of this.#judges) {
      const verdict = judge(operation, subject)
      if (verdict === undefined) continue
      if (verdict.type === 'late') {
        await this.#wait(verdict.byMs)
        continue
      }
      if (verdict.type === 'unanswered') await work()
      throw failures[verdict.type](subject, verdict.reason)
    }
    return work()
  }
}
