import { SparkError } from '../errors.ts'

/** The cluster wants nothing of the application any more. */
export function applicationRefused(
  master: string,
  applicationId: string,
  reason: string,
): SparkError {
  return new SparkError(
    'TROUPE_SPARK_APPLICATION_REFUSED',
    `${master} has refused the application: ${reason}; make a new context`,
    { data: { master, applicationId, reason } },
  )
}

/** The context was stopped before this. */
export function contextStopped(appName: string, applicationId: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_CONTEXT_STOPPED',
    `The context of ${appName} (${applicationId}) was stopped; make a new one`,
    { data: { applicationId } },
  )
}
