import type { Draft } from './draft.ts'
import type { ApplicationInfo } from './state.ts'

/** Which masters there are is not what it was: all who hold a session are told, since the next leader will be one of these. */
export function mastersChanged(draft: Draft, masters: readonly string[]): void {
  draft.change({ masters })
  for (const { workerId } of draft.state.workers.values()) tellWorkerMasters(draft, workerId)
  for (const app of draft.state.applications.values()) tellApplicationMasters(draft, app)
}

export function tellWorkerMasters(draft: Draft, workerId: string): void {
  const { masters } = draft.state
  if (masters.length > 0) draft.tellWorker(workerId, { type: 'masters-changed', masters })
}

export function tellApplicationMasters(draft: Draft, app: ApplicationInfo): void {
  const { masters } = draft.state
  if (masters.length > 0) draft.tellApplication(app, { type: 'masters-changed', masters })
}
