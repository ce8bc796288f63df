import { ActorSystem, startInspector, startNode } from '../../actors/index.ts'
import type { Environment, ProcessCommand } from '../../platform/index.ts'
import {
  executorNodeOptions,
  executorSettings,
  executorVariables,
  startExecutor,
  type ExecutorSettings,
} from '../executor/index.ts'
import { SparkError } from '../errors.ts'

const EXECUTOR_MAIN: string = decodeURIComponent(
  new URL('./local-executor-main.js', import.meta.url).pathname,
)

/** The variable that names an executor's folder. */
const DIRECTORY_VARIABLE = 'TROUPE_SPARK_DIRECTORY'

/** In that folder, once the executor has reached its driver. */
export const STARTED_FILE = 'started'

/** The process of an executor with a heap of `heapMb`, and with `directory`, which is there, for its folder. It ends with this one. */
export function executorProcess(
  settings: ExecutorSettings,
  heapMb: number,
  directory: string,
): ProcessCommand {
  return {
    command: EXECUTOR_MAIN,
    args: [],
    node: true,
    nodeArgs: [`--max-old-space-size=${heapMb}`],
    environment: { ...executorVariables(settings), [DIRECTORY_VARIABLE]: directory },
    detached: true,
    tethered: true,
  }
}

/**
 * The main function of an executor's process that its driver has started itself: links to the driver, and ends the process
 * when that says so or is gone.
 *
 * @throws TROUPE_SPARK_EXECUTOR_ENVIRONMENT, and what `startExecutor` throws
 */
export async function runLocalExecutor(environment: Environment): Promise<void> {
  const variables = environment.processes.environment
  const settings = executorSettings(variables)
  const directory = variables[DIRECTORY_VARIABLE]
  if (directory === undefined || directory === '') throw directoryMissing()
  const system = ActorSystem.create('executor', { environment })
  const node = await startNode(system, executorNodeOptions(settings))
  startInspector(system)
  await startExecutor({
    system,
    node,
    settings,
    directory: `${directory}/blocks`,
    onEnd: (reason, exitCode) => {
      environment.log.write('info', `executor ${settings.executorId} ends: ${reason}`)
      environment.processes.exit(exitCode)
    },
  })
  await environment.disk.writeFile(`${directory}/${STARTED_FILE}`, new Uint8Array(0))
}

function directoryMissing(): SparkError {
  return new SparkError(
    'TROUPE_SPARK_EXECUTOR_ENVIRONMENT',
    `The variable ${DIRECTORY_VARIABLE} can't be used: it is not set. Executors are started by their driver's backend, which sets it`,
    { data: { name: DIRECTORY_VARIABLE, why: 'it is not set' } },
  )
}
