/** Output commit coordination: one try of a task may commit what it has written. */
export { CommitBook } from './commit-book.ts'
export type { CommitAnswer, CommitRequest } from './commit-book.ts'
export { outputCommitCoordinator } from './output-commit-coordinator.ts'
