/** Whose sandboxes they are. */
interface Place {
  readonly agentId: string | undefined
  readonly options: { readonly workDir: string }
}

/** All that one agent has below the work directory, whatever its ids. */
export function agentDirectory({ options, agentId = 'unregistered' }: Place): string {
  return `${options.workDir}/slaves/${agentId}`
}

export function frameworkDirectory(place: Place, frameworkId: string): string {
  return `${agentDirectory(place)}/frameworks/${frameworkId}`
}

export function executorDirectory(place: Place, frameworkId: string, executorId: string): string {
  return `${frameworkDirectory(place, frameworkId)}/executors/${executorId}`
}

/** Where the runs of an executor have their sandboxes. */
export function runsOf(place: Place, frameworkId: string, executorId: string): string {
  return `${executorDirectory(place, frameworkId, executorId)}/runs`
}

/** The sandbox of one run of an executor. */
export function sandboxOf(
  place: Place,
  frameworkId: string,
  executorId: string,
  containerId: string,
): string {
  return `${runsOf(place, frameworkId, executorId)}/${containerId}`
}

/** The sandbox of a task in a group, below that of its executor. */
export function taskSandboxOf(sandbox: string, containerId: string): string {
  return `${sandbox}/containers/${containerId}`
}

/** Where the shell around a command that outlives its agent writes which process it is, and how the command ended. */
export function exitFileOf(sandbox: string): string {
  return `${sandbox}.exit`
}
