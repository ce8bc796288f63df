import { TroupeError, type ErrorData } from '../platform/index.ts'

/** The codes of the cluster manager; each is a row of `docs/errors.md`. */
export type MesosErrorCode =
  | 'TROUPE_MESOS_ACLS_INVALID'
  | 'TROUPE_MESOS_ATTRIBUTES_UNPARSABLE'
  | 'TROUPE_MESOS_RESOURCES_UNPARSABLE'
  | 'TROUPE_MESOS_RESOURCE_INVALID'
  | 'TROUPE_MESOS_RESOURCES_NOT_CONTAINED'
  | 'TROUPE_MESOS_ALLOCATOR_UNKNOWN'
  | 'TROUPE_MESOS_ALLOCATOR_LOST'
  | 'TROUPE_MESOS_AGENT_INCOMPATIBLE'
  | 'TROUPE_MESOS_CHECKPOINT_CORRUPT'
  | 'TROUPE_MESOS_CHECKPOINT_FAILED'
  | 'TROUPE_MESOS_ANSWER_INVALID'
  | 'TROUPE_MESOS_COMMAND_INVALID'
  | 'TROUPE_MESOS_CONTAINER_FAILED'
  | 'TROUPE_MESOS_CONTAINER_UNSUPPORTED'
  | 'TROUPE_MESOS_CONTAINERIZER_UNAVAILABLE'
  | 'TROUPE_MESOS_CREDENTIALS_INVALID'
  | 'TROUPE_MESOS_DOCKER_FAILED'
  | 'TROUPE_MESOS_EXECUTOR_ENVIRONMENT'
  | 'TROUPE_MESOS_FETCH_FAILED'
  | 'TROUPE_MESOS_IMAGE_UNUSABLE'
  | 'TROUPE_MESOS_ISOLATION_UNKNOWN'
  | 'TROUPE_MESOS_LINE_UNKNOWN'
  | 'TROUPE_MESOS_MESSAGE_UNKNOWN'
  | 'TROUPE_MESOS_RATE_LIMITS_INVALID'
  | 'TROUPE_MESOS_RECORD_INVALID'
  | 'TROUPE_MESOS_REGISTRY_FAILED'
  | 'TROUPE_MESOS_REGISTRY_UNREADABLE'
  | 'TROUPE_MESOS_URL_INVALID'
  | 'TROUPE_MESOS_WORK_DIRECTORY_TAKEN'
  | 'TROUPE_MESOS_WORK_DIRECTORY_UNUSABLE'

/** A failure of the cluster manager. Expected refusals (an expired offer, an unknown task) are replies. */
export class MesosError extends TroupeError {
  declare readonly code: MesosErrorCode

  constructor(
    code: MesosErrorCode,
    message: string,
    options: { readonly cause?: unknown; readonly data?: ErrorData } = {},
  ) {
    super(code, message, options)
  }
}
