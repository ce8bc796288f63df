import { SPARK_FORM_VERSION } from '../../events/index.ts'
import { SparkError } from '../../errors.ts'
import { clusterDriver } from '../client/index.ts'
import type { DriverDescription, DriverReply, DriverStatus } from '../protocol/index.ts'

/**
 * The messages of Spark's REST protocol for submissions, version v1.
 *
 * @see SubmitRestProtocolMessage.scala of Spark
 */
const serverSparkVersion = SPARK_FORM_VERSION

export function createResponse({ success, message, driverId }: DriverReply): object {
  const submissionId = driverId === undefined ? {} : { submissionId: driverId }
  return {
    action: 'CreateSubmissionResponse',
    message,
    serverSparkVersion,
    ...submissionId,
    success,
  }
}

export function killResponse({ success, message }: DriverReply, submissionId: string): object {
  return { action: 'KillSubmissionResponse', message, serverSparkVersion, submissionId, success }
}

export function statusResponse(status: DriverStatus): object {
  const { driverId, found, state, message, workerHostPort, workerId } = status
  return {
    action: 'SubmissionStatusResponse',
    ...(state !== undefined && { driverState: state }),
    ...(message !== undefined && { message: `Exception from the cluster:\n${message}` }),
    serverSparkVersion,
    submissionId: driverId,
    success: found,
    ...(workerHostPort !== undefined && { workerHostPort }),
    ...(workerId !== undefined && { workerId }),
  }
}

export function errorResponse(message: string): object {
  return { action: 'ErrorResponse', message, serverSparkVersion }
}

/** As Spark writes it for people. */
export function responseText(response: object): string {
  return JSON.stringify(response, null, 2).replaceAll(/^(\s*"[^"]*"):/gm, '$1 :')
}

/** The driver that a request wants. @throws TROUPE_SPARK_SUBMISSION_REFUSED, TROUPE_SPARK_ARGUMENT_INVALID */
export function requestedDriver(body: Uint8Array): DriverDescription {
  let request: unknown
  try {
    request = JSON.parse(new TextDecoder().decode(body))
  } catch {
    throw malformed('it is no JSON')
  }
  if (typeof request !== 'object' || request === null) throw malformed('it is no object')
  const { action, appResource, appArgs, sparkProperties } = request as Record<string, unknown>
  if (action !== 'CreateSubmissionRequest') {
    throw malformed(`action is ${JSON.stringify(action)}, not CreateSubmissionRequest`)
  }
  if (typeof appResource !== 'string' || appResource === '') {
    throw malformed('appResource, the program, is missing')
  }
  const args: unknown = appArgs ?? []
  if (!Array.isArray(args) || !args.every((one) => typeof one === 'string')) {
    throw malformed('appArgs is no list of texts')
  }
  const conf = sparkProperties ?? {}
  if (typeof conf !== 'object' || !Object.values(conf).every((one) => typeof one === 'string')) {
    throw malformed('sparkProperties is no object of texts')
  }
  return clusterDriver(appResource, args, conf as Record<string, string>)
}

function malformed(why: string): SparkError {
  return new SparkError(
    'TROUPE_SPARK_SUBMISSION_REFUSED',
    `Malformed request: ${why}. Send a CreateSubmissionRequest of Spark's REST protocol v1`,
    { data: { why } },
  )
}
