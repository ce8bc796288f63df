import { subject, type DecisionPoint, type Reference, type Subject } from '../actors/index.ts'

type MesosPoint =
  'framework' | 'offer' | 'allocation' | 'idle' | 'launch' | 'status' | 'agent' | 'container'

/** The cluster manager's decision points, in the order in which an explanation tells them. */
export const points: Readonly<Record<MesosPoint, DecisionPoint>> = {
  framework: { name: 'mesos.framework', title: 'Frameworks', rank: 50 },
  offer: { name: 'mesos.offer', title: 'Offers', rank: 52 },
  allocation: { name: 'mesos.allocation', title: 'Allocations', rank: 54 },
  /** Runs that offered nothing; apart, so that they don't push the others out of their ring. */
  idle: { name: 'mesos.idle-allocation', title: 'Allocations that offered nothing', rank: 55 },
  launch: { name: 'mesos.launch', title: 'Launches', rank: 56 },
  status: { name: 'mesos.status', title: 'States of tasks, as the master knows them', rank: 58 },
  agent: { name: 'mesos.agent', title: 'Agents', rank: 60 },
  container: { name: 'mesos.container', title: 'Executors on their agents', rank: 62 },
}

export const frameworkSubject = (id: string): Subject => subject('framework', id)
export const agentSubject = (id: string): Subject => subject('agent', id)
export const offerSubject = (id: string): Subject => subject('offer', id)
export const allocationSubject = (run: number): Subject => subject('allocation', run)
/** A task of the cluster manager; its id is its framework's choice. */
export const taskSubject = (frameworkId: string, taskId: string): Subject =>
  subject('task', taskId, frameworkId)
export const executorSubject = (frameworkId: string, executorId: string): Subject =>
  subject('executor', executorId, frameworkId)

/** References to several subjects, all on the node at `at` where one is given. */
export function seeAll(subjects: readonly Subject[], at?: string): readonly Reference[] {
  return subjects.map((one) => (at === undefined ? { subject: one } : { subject: one, at }))
}
