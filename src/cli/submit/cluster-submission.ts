import type { Environment } from '../../platform/index.ts'
import { confValue, parseMaster, type SparkConf } from '../../spark/context/index.ts'
import {
  DriverClient,
  clusterDriver,
  killResponse,
  responseText,
  statusResponse,
} from '../../spark/deploy/index.ts'

const POLL_EVERY_MS = 1_000
const OVER: ReadonlySet<string> = new Set(['FINISHED', 'FAILED', 'ERROR', 'KILLED'])

type Say = (line: string) => void

/** Why a program can't be run on a worker of this master, if it can't. */
export function clusterProblem(master: string): string | undefined {
  return /^spark:\/\//.test(master)
    ? undefined
    : `cluster deploy mode and drivers there need the master of a standalone cluster (--master spark://host:port), not ${master}`
}

/**
 * Has a program run on a worker of a standalone cluster, and says what becomes of it in Spark's words. Resolves to an exit code once the master
 * has taken it or, with `spark.standalone.submit.waitAppCompletion`, once it is over.
 *
 * @see Client.scala of Spark
 */
export async function submitToCluster(
  environment: Environment,
  program: string,
  args: readonly string[],
  conf: Readonly<Record<string, string>>,
  say: Say,
): Promise<number> {
  return withClient(environment, conf, async (client) => {
    const { success, message, driverId } = await client.submit(clusterDriver(program, args, conf))
    say(message)
    if (!success || driverId === undefined) return 1
    const isWaiting = confValue(conf, 'spark.standalone.submit.waitAppCompletion')
    for (let polls = 0; ; polls += 1) {
      await new Promise<void>((resolve) => environment.clock.setTimer(POLL_EVERY_MS, resolve))
      const status = await client.status(driverId)
      const { found, state = '', workerHostPort, workerId } = status
      if (!found) {
        say(`ERROR: Cluster master did not recognize ${driverId}`)
        return 1
      }
      const isOver = OVER.has(state)
      if (polls === 0 || isOver) {
        say(`State of ${driverId} is ${state}`)
        if (state === 'RUNNING' && workerHostPort !== undefined) {
          say(`Driver running on ${workerHostPort} (${workerId ?? ''})`)
        }
      }
      if (isOver) {
        if (status.message !== undefined) say(`Exception from cluster was: ${status.message}`)
        return state === 'FINISHED' ? 0 : 1
      }
      if (!isWaiting) {
        say('spark-submit not configured to wait for completion, exiting spark-submit.')
        return 0
      }
    }
  })
}

/** Ends a driver. @see RestSubmissionClient.scala of Spark */
export async function killDriver(
  environment: Environment,
  driverId: string,
  conf: SparkConf,
  say: Say,
): Promise<number> {
  say(`Submitting a request to kill submission ${driverId} in ${String(conf['spark.master'])}.`)
  return withClient(environment, conf, async (client) => {
    const reply = await client.kill(driverId)
    say(
      `Server responded with KillSubmissionResponse:\n${responseText(killResponse(reply, driverId))}`,
    )
    return reply.success ? 0 : 1
  })
}

/** Says how a driver stands. @see RestSubmissionClient.scala of Spark */
export async function driverStatus(
  environment: Environment,
  driverId: string,
  conf: SparkConf,
  say: Say,
): Promise<number> {
  const at = String(conf['spark.master'])
  say(`Submitting a request for the status of submission ${driverId} in ${at}.`)
  return withClient(environment, conf, async (client) => {
    const status = await client.status(driverId)
    say(`Server responded with SubmissionStatusResponse:\n${responseText(statusResponse(status))}`)
    return status.found ? 0 : 1
  })
}

async function withClient(
  environment: Environment,
  conf: SparkConf,
  act: (client: DriverClient) => Promise<number>,
): Promise<number> {
  const master = parseMaster(String(conf['spark.master']), 1)
  const client = await DriverClient.connect({
    environment,
    masters: master.type === 'standalone' ? master.masters : [],
    secret: confValue(conf, 'spark.authenticate.secret'),
  })
  try {
    return await act(client)
  } finally {
    await client.close()
  }
}
