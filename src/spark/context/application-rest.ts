import type { Environment } from '../../platform/index.ts'
import { SPARK_FORM_VERSION } from '../events/index.ts'
import type { SparkListener } from '../events/index.ts'
import {
  RestServer,
  type ApplicationSummary,
  type OpenApplication,
  type RestRoot,
} from '../rest-api/index.ts'
import { StatusStore } from '../status/index.ts'
import type { UiConf } from './ui-conf.ts'

/** Asks what the threads of an executor do now. */
export type AskThreads = NonNullable<OpenApplication['threads']>

/** The REST API of an application that runs. */
export class ApplicationRest {
  readonly #applicationId: string
  readonly #conf: UiConf
  readonly #eventLog: string | undefined
  readonly #threads: AskThreads
  readonly #store: StatusStore
  #server: RestServer | undefined

  constructor(
    applicationId: string,
    conf: UiConf,
    eventLog: string | undefined,
    threads: AskThreads,
  ) {
    this.#applicationId = applicationId
    this.#conf = conf
    this.#eventLog = eventLog
    this.#threads = threads
    this.#store = new StatusStore(conf.limits)
  }

  /** What feeds it. */
  get listener(): SparkListener {
    return this.#store.listener
  }

  /** Undefined as long as it does not listen. */
  get url(): string | undefined {
    return this.#server?.url
  }

  /** Never fails: an application without its API is better than none. */
  async listen(environment: Environment): Promise<void> {
    const { place } = this.#conf
    try {
      this.#server = await RestServer.listen(environment, this.#root(environment), place)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const message = `the REST API has no port (spark.ui.port, spark.port.maxRetries): ${why}`
      environment.log.write('warn', message, { host: place.host, port: place.port })
    }
  }

  async close(): Promise<void> {
    await this.#server?.close()
  }

  #root({ clock }: Environment): RestRoot {
    const summary = (): ApplicationSummary | undefined => {
      const { application } = this.#store
      if (application === undefined) return undefined
      const startTime = Math.floor(application.startTime)
      return {
        id: application.id,
        name: application.name,
        user: application.user,
        startTime,
        endTime: undefined,
        lastUpdated: startTime,
        durationMs: Math.floor(clock.wallNow()) - startTime,
        sparkVersion: SPARK_FORM_VERSION,
      }
    }
    return {
      isHistory: false,
      metrics: { hasPrometheus: this.#conf.hasPrometheus },
      nowMs: () => clock.wallNow(),
      applications: () => {
        const only = summary()
        return Promise.resolve(only === undefined ? [] : [only])
      },
      open: (applicationId) => {
        const only = summary()
        if (only === undefined || applicationId !== this.#applicationId)
          return Promise.resolve(undefined)
        const nowMs = clock.wallNow()
        const eventLog = this.#eventLog
        const threads = this.#threads
        return Promise.resolve({ summary: only, store: this.#store, nowMs, eventLog, threads })
      },
    }
  }
}
