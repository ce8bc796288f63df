import type { CommandInfo, CommandUri } from '../../mesos/index.ts'

/** Where an agent finds the engine, and what else is to be in the sandbox. */
export interface MesosProgram {
  /** `spark.executor.uri`: an archive of this package, which the agent's fetcher brings. */
  readonly executorUri?: string | undefined
  /** `spark.mesos.executor.home`: the folder of this package on the agents; the driver's own otherwise. */
  readonly executorHome?: string | undefined
  /** `spark.mesos.uris` */
  readonly uris: readonly string[]
  /** `spark.mesos.fetcherCache.enable` */
  readonly isCached: boolean
}

const MAIN = 'build/src/spark/backend/mesos-executor-main.js'

/**
 * The command line of an executor: by name where the package lies on the agents, or with a shell that looks for it in the sandbox, where
 * an archive was unpacked.
 */
export function executorCommand(
  { executorUri, executorHome, uris, isCached }: MesosProgram,
  heapMb: number,
  variables: Readonly<Record<string, string>>,
): CommandInfo {
  const fetched: readonly CommandUri[] = [
    ...(executorUri === undefined ? [] : [executorUri]),
    ...uris,
  ].map((value) => ({ value, ...(isCached && { cache: true }) }))
  const common = {
    environment: {
      variables: Object.entries(variables).map(([name, value]) => ({ name, value })),
    },
    ...(fetched.length > 0 && { uris: fetched }),
  }
  const heap = `--max-old-space-size=${heapMb}`
  if (executorUri === undefined) {
    const own = new URL('./mesos-executor-main.js', import.meta.url)
    const main =
      executorHome === undefined
        ? decodeURIComponent(own.pathname)
        : `${executorHome.replace(/\/+$/, '')}/${MAIN}`
    return { shell: false, value: 'node', arguments: ['node', heap, main], ...common }
  }
  const look = `for main in ${MAIN} */${MAIN}; do [ -f "$main" ] && exec node ${heap} "$main"; done`
  const missing =
    'echo "spark.executor.uri is no archive with build/src of this package" >&2; exit 1'
  return { shell: true, value: `${look}; ${missing}`, ...common }
}
