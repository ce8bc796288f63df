import { sparkDate } from '../dates.ts'
import type { JsonFields } from '../pretty-json.ts'

/** An application in a list. Times in ms since 1970. */
export interface ApplicationSummary {
  readonly id: string
  readonly name: string
  readonly user: string
  readonly startTime: number
  /** Undefined as long as it runs, or when its log does not tell. */
  readonly endTime: number | undefined
  readonly lastUpdated: number
  readonly durationMs: number
  /** The version of Spark whose form it tells of itself in. */
  readonly sparkVersion: string
  /** The directory of its event log, as a URI, where it was read from one. */
  readonly logSource?: string
}

const NEVER = -1

function attemptJson(app: ApplicationSummary): JsonFields {
  const { startTime, endTime = NEVER, lastUpdated } = app
  return {
    startTime: sparkDate(startTime),
    endTime: sparkDate(endTime),
    lastUpdated: sparkDate(lastUpdated),
    duration: app.durationMs,
    sparkUser: app.user,
    completed: app.endTime !== undefined,
    appSparkVersion: app.sparkVersion,
    logSourceName: app.logSource,
    logSourceFullPath: app.logSource,
    startTimeEpoch: startTime,
    endTimeEpoch: endTime,
    lastUpdatedEpoch: lastUpdated,
  }
}

export function applicationJson(app: ApplicationSummary): JsonFields {
  return { id: app.id, name: app.name, attempts: [attemptJson(app)] }
}
