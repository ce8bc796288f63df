import { accepting, receive, type Behavior } from '../../../actors/index.ts'
import type { AskCommit } from '../../executor/protocol.ts'
import { isAskCommit } from '../../executor/shapes.ts'
import type { CommitBook } from './commit-book.ts'

/** Answers executors whose tasks want to commit their output. */
export function outputCommitCoordinator(book: CommitBook): Behavior<AskCommit> {
  const behavior = receive<AskCommit>(({ replyTo, request }) => {
    replyTo.tell(book.answer(request))
  })
  return accepting(isAskCommit, behavior)
}
