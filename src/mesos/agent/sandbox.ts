import type { AgentState } from './state.ts'

/** Where the runs of an executor have their sandboxes. */
export function runsOf(
  { options, agentId = 'unregistered' }: Pick<AgentState, 'agentId' | 'options'>,
  frameworkId: string,
  executorId: string,
): string {
  const agent = `${options.workDir}/slaves/${agentId}`
  return `${agent}/frameworks/${frameworkId}/executors/${executorId}/runs`
}

/** The sandbox of one run of an executor. */
export function sandboxOf(
  state: Pick<AgentState, 'agentId' | 'options'>,
  frameworkId: string,
  executorId: string,
  containerId: string,
): string {
  return `${runsOf(state, frameworkId, executorId)}/${containerId}`
}
