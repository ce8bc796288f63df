import { ActorSystem, type ActorRef } from '../../actors/index.ts'
import { nodeEnvironment, type Clock, type Disk, type Environment } from '../../platform/index.ts'
import { AccumulatorRegistry } from '../accumulators/index.ts'
import type { SchedulerBackend } from '../backend/index.ts'
import { type SparkError, jobCancelled } from '../errors.ts'
import { checkDriver } from '../executor/index.ts'
import { DriverFiles } from '../files/index.ts'
import { ListenerBus, SparkStatusTracker } from '../events/index.ts'
import {
  describeLineage,
  prepareLineage,
  type ActionSpec,
  type CallSite,
  type JobOptions,
  type RDD,
  type RddContext,
  type RddKeeper,
} from '../rdd/index.ts'
import type { ResourceProfileManager } from '../resources/index.ts'
import type { DagSchedulerMessage, TaskSetSettings } from '../scheduler/index.ts'
import { SharedFiles } from '../shared-files/index.ts'
import { decodeParts } from '../shuffle/index.ts'
import { closureStageCodec, rowCodec, type StageCodec } from '../task/index.ts'
import { ActiveContext } from './active-context.ts'
import { tellOf, type Telling } from './application-telling.ts'
import { driverAdded } from './beginning-events.ts'
import { threadsOf } from './executor-threads.ts'
import { startApplication, type Application } from './application.ts'
import { unplaced, withCallSite } from './called-from.ts'
import { chooseBackend, tellOfExecutors, loadBackend } from './choose-backend.ts'
import { dynamicAllocation } from './dynamic-allocation.ts'
import type { FileSettings } from './file-conf.ts'
import { fileSystemsConf } from './file-systems-conf.ts'
import { FileSharing } from './file-sharing.ts'
import { ExecutorRequests } from './executor-requests.ts'
import { firstExecutor } from './first-executor.ts'
import { readHeartbeats } from './heartbeat-conf.ts'
import { resourceProfiles, resourcesOfStages } from './resource-profiles.ts'
import { RunningJobs } from './running-jobs.ts'
import { readDagLimits, readHealth, readPools, readTaskSettings } from './scheduling-conf.ts'
import { confValue, type SparkConf } from './conf/index.ts'
import { parseMaster, readSettings, type SparkSettings } from './spark-conf.ts'
import { contextConf } from './submitted-conf.ts'
import { showProgress } from './show-progress.ts'
import { storageSettings } from './storage-conf.ts'
import { stopOnSignals } from './stop-on-signals.ts'
import { applicationRefused, contextStopped } from './context-ends.ts'
import { DriverStorage } from './driver-storage.ts'
import type { SparkContextOptions } from './spark-context-options.ts'
import { StagePackager } from './stage-packages.ts'
import { wantedPartitions } from './wanted-partitions.ts'

const active = new ActiveContext<SparkContext>()

/**
 * The driver of one application: makes RDDs, and runs the jobs that their actions ask for.
 *
 *     const sc = await SparkContext.create({ master: 'local[2]', appName: 'word count' })
 *     const counts = sc.textFile('a.txt').flatMap((line) => line.split(' ')).map((word) => [word, 1])
 *       .reduceByKey((a, b) => a + b)
 *     await counts.sortBy(([, n]) => n, false).take(10)
 *     await sc.stop()
 */
export class SparkContext extends FileSharing implements RddContext {
  readonly applicationId: string
  readonly appName: string
  readonly master: string
  readonly settings: SparkSettings
  readonly files: DriverFiles
  readonly #system: ActorSystem
  readonly #ownsSystem: boolean
  readonly #backend: SchedulerBackend
  readonly #packager: StagePackager
  protected override readonly storage: DriverStorage
  protected override readonly sharedFiles: SharedFiles
  #stopSignals: () => void = () => {}
  readonly #endProgress: () => void
  protected override readonly listeners: ListenerBus
  protected override readonly executors: ExecutorRequests
  protected override readonly profiles: ResourceProfileManager
  protected override readonly accumulators: AccumulatorRegistry
  readonly statusTracker: SparkStatusTracker = new SparkStatusTracker()
  readonly #ready: Promise<Application>
  #application: Application | undefined
  #telling: Telling | undefined
  readonly #running: RunningJobs
  #jobs = 0
  #stopping: Promise<void> | undefined
  /** The cluster wants nothing of this application any more. */
  #refusal: SparkError | undefined

  /** Starts at once and in the background; the first job waits for it. Use {@link SparkContext.create}, the only way to a cluster. */
  constructor(options: SparkContextOptions = {}) {
    checkDriver()
    const environment: Environment = options.system?.environment ?? nodeEnvironment()
    const { random, processes, log, clock } = environment
    const given = contextConf(options, processes.environment)
    const { master: url, appName, conf, warnings, isSubmitted } = given
    super(conf, log, clock.wallNow())
    for (const warning of warnings) log.write('warn', warning)
    const master = parseMaster(url, processes.availableParallelism)
    this.files = new DriverFiles(environment, fileSystemsConf(conf, processes.environment))
    this.settings = readSettings(conf, isSubmitted)
    this.applicationId = `app-${random.id().slice(0, 12)}`
    this.appName = appName
    this.master = url
    this.#ownsSystem = options.system === undefined
    this.#system = options.system ?? ActorSystem.create('spark', { environment })
    this.#running = new RunningJobs(this.#system, this.applicationId)
    this.#backend = options.backend ?? chooseBackend(master, this.settings, options.node)
    this.accumulators = new AccumulatorRegistry(rowCodec, log)
    this.listeners = new ListenerBus(log)
    this.listeners.add(this.statusTracker.listener)
    this.executors = new ExecutorRequests(this.#backend, conf, log)
    this.listeners.add(this.executors.listener)
    const { settings, listeners } = this
    const made = { master: url, conf, settings, backend: this.#backend, listeners, log }
    this.profiles = resourceProfiles(made)
    this.#endProgress = showProgress(conf, environment, this.listeners, this.statusTracker)
    this.listeners.add(tellOfExecutors(this.#backend))
    if (options.listener !== undefined) this.listeners.add(options.listener)
    const stages = options.stages ?? closureStageCodec(rowCodec, environment.modules)
    this.storage = new DriverStorage({
      environment,
      files: this.files,
      conf: this.settings.storage,
      master: () =>
        this.#ready.then(
          ({ storage }) => storage,
          () => undefined,
        ),
      publish: this.listeners.publish,
      runJob: (rdd, action, own) =>
        this.#runJob(rdd, action, own, unplaced(own.name ?? action.kind)),
      repack: () => {
        this.#packager.repack()
      },
      forgetShuffle: (shuffleId) => {
        this.#packager.forgetShuffle(shuffleId)
        this.#application?.scheduler.tell({ type: 'forget-shuffle', shuffleId })
      },
    })
    this.sharedFiles = new SharedFiles({ files: this.files, storage: this.storage, log })
    this.#packager = new StagePackager(stages, rowCodec, {
      cachedAt: this.storage.blocks.cachedAt,
      share: (bytes) => this.storage.share(bytes),
      log,
    })
    const isLocal = master.type === 'local' && options.backend === undefined
    const failures = isLocal ? master.maxTaskFailures : this.settings.maxTaskFailures
    this.#ready = this.#start(stages, readTaskSettings(conf, failures), conf)
    this.#ready.catch(() => {}) // told to whoever waits for it: create, or the first job
    active.set(this, this.#ready)
    // A program that is ended by Ctrl-C leaves no folder behind; one that has a system of its own sees to that itself.
    if (this.#ownsSystem) this.#stopSignals = stopOnSignals(processes, () => this.stop())
  }

  /** A context that has started. @throws TROUPE_SPARK_MASTER_UNKNOWN, and what the backend fails with */
  static async create(options: SparkContextOptions = {}): Promise<SparkContext> {
    if (options.backend === undefined) {
      const { processes } = options.system?.environment ?? nodeEnvironment()
      const { master } = contextConf(options, processes.environment)
      await loadBackend(parseMaster(master, processes.availableParallelism))
    }
    const context = new SparkContext(options)
    try {
      await context.#ready
    } catch (error) {
      await context.stop()
      throw error
    }
    return context
  }

  /** The context of this process that was made last and runs, or one made of the options. @throws as {@link SparkContext.create} */
  static getOrCreate(options: SparkContextOptions = {}): Promise<SparkContext> {
    return active.getOrCreate(() => SparkContext.create(options))
  }

  get disk(): Disk {
    return this.#system.environment.disk
  }

  get clock(): Clock {
    return this.#system.environment.clock
  }

  get cassandra(): Environment['cassandra'] {
    return this.#system.environment.cassandra
  }

  /** `spark.default.parallelism`, or what the master has. */
  get defaultParallelism(): number {
    return this.settings.defaultParallelism ?? this.#backend.defaultParallelism
  }

  get configuredParallelism(): number | undefined {
    return this.settings.defaultParallelism
  }

  /** Where the application serves its REST API (`spark.ui.enabled`), once it has started; undefined where it does not. */
  get uiWebUrl(): string | undefined {
    return this.#telling?.uiWebUrl
  }

  get keeper(): RddKeeper {
    return this.storage.keeper
  }

  newSeed(): number {
    return this.#system.environment.random.int(0x7fffffff)
  }

  protected override async runAction(
    rdd: RDD<unknown>,
    action: ActionSpec,
    options: JobOptions,
  ): Promise<readonly unknown[]> {
    const callSite = this.callSite(options.name ?? action.kind)
    try {
      const results = await this.#runJob(rdd, action, options, callSite)
      await this.storage.checkpoints.afterJob(rdd)
      return results
    } catch (error) {
      throw withCallSite(error, callSite)
    }
  }

  async #runJob(
    rdd: RDD<unknown>,
    action: ActionSpec,
    options: JobOptions,
    site: CallSite,
  ): Promise<readonly unknown[]> {
    this.checkRunning()
    const ownProperties = { ...this.jobProperties(), ...this.settings.taskProperties }
    const { scheduler } = await this.#ready
    const properties = { ...ownProperties, ...this.sharedFiles.properties }
    await prepareLineage(rdd, options.signal)
    const partitions = await wantedPartitions(rdd, options.partitions)
    const lineage = describeLineage(rdd)
    const resources = resourcesOfStages(lineage, rdd.id, this.profiles)
    this.storage.cleaner.watchShuffles(rdd)
    const packages = this.#packager.pack(rdd, action)
    this.checkRunning()
    const jobId = this.#jobs++
    this.checkGroup(jobId, properties)
    const name = options.name ?? action.kind
    const results = await this.#running.wait(jobId, site.short, scheduler, options, (replyTo) => {
      scheduler.tell({
        type: 'submit-job',
        jobId,
        name,
        callSite: site,
        lineage,
        finalRddId: rdd.id,
        partitions,
        properties,
        resources,
        ...packages,
        replyTo,
      })
    })
    return partitions.map((partition) => {
      const parts = results.get(partition)
      return parts && decodeParts(parts, rowCodec)
    })
  }

  get isStopped(): boolean {
    return this.#stopping !== undefined
  }

  protected override checkRunning(): void {
    if (this.#refusal !== undefined) throw this.#refusal
    if (this.#stopping !== undefined) throw contextStopped(this.appName, this.applicationId)
  }

  protected override freshName(): string {
    return this.#system.environment.random.id()
  }

  protected override rddContext(): RddContext {
    return this
  }

  protected override fileSettings(): FileSettings {
    return this.settings.files
  }

  protected override scheduler(): ActorRef<DagSchedulerMessage> | undefined {
    return this.#application?.scheduler
  }

  /** Fails the jobs under way, ends the executors and the driver's actors. Once; every call waits for the end. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop())
  }

  async #stop(): Promise<void> {
    this.#stopSignals()
    this.#endProgress()
    const application = await this.#ready.catch(() => undefined)
    if (application !== undefined) {
      this.listeners.publish({ type: 'SparkListenerApplicationEnd', time: this.clock.wallNow() })
      this.#running.cancelAll(application.scheduler, (jobId) =>
        jobCancelled(jobId, 'the context was stopped'),
      )
      application.registry.tell({ type: 'shut-down', reason: 'the application has ended' })
    }
    await this.#backend.stop()
    if (application !== undefined) await this.#system.stop(application.root)
    await this.#telling?.close()
    if (this.#ownsSystem) await this.#system.terminate()
  }

  async #start(stages: StageCodec, tasks: TaskSetSettings, conf: SparkConf): Promise<Application> {
    this.pools = await readPools(conf, this.disk)
    const { applicationId, appName, master } = this
    const beginning = { applicationId, appName, master, conf, settings: this.settings }
    this.#telling = await tellOf(
      beginning,
      this.#system.environment,
      this.listeners,
      (executorId) =>
        threadsOf(this.#application?.registry, executorId, this.settings.networkTimeoutMs),
    )
    const token = this.#system.environment.random.bytes(32)
    const { log } = this.#system.environment
    const allocation = dynamicAllocation(conf, this.#backend, this.profiles, log)
    const application = await startApplication(this.#system, {
      name: this.applicationId,
      token,
      limits: readDagLimits(conf, allocation !== undefined),
      health: readHealth(conf),
      heartbeats: readHeartbeats(conf),
      replacesExecutors: this.#backend.requestTotalExecutors !== undefined,
      allocation,
      barrierSyncTimeoutMs: confValue(conf, 'spark.barrier.sync.timeout'),
      tasks,
      pools: this.pools,
      accumulate: this.accumulators.apply,
      blocks: this.storage.blocks,
      broadcasts: this.storage.broadcasts.manager,
      publish: this.listeners.publish,
    })
    const { registry } = application
    const over = new AbortController()
    const registered = firstExecutor(
      {
        master: this.master,
        timeoutMs: this.settings.registrationTimeoutMs,
        clock: this.clock,
        listeners: this.listeners,
        trouble: () => this.#backend.trouble?.(),
      },
      over.signal,
    )
    registered.catch(() => {}) // looked at below, unless the backend fails first
    try {
      await this.#backend.start({
        system: this.#system,
        applicationId: this.applicationId,
        appName: this.appName,
        token,
        registry,
        codec: rowCodec,
        stages,
        networkTimeoutMs: this.settings.networkTimeoutMs,
        storage: (...memory) => storageSettings(this.settings.storage, ...memory),
        driverAt: (address) => {
          this.listeners.publish(driverAdded(this.clock, address))
        },
        executorGone: (executorId, reason) => {
          registry.tell({ type: 'executor-gone', executorId, reason })
        },
        refused: (reason) => {
          this.#refuse(application, reason)
          over.abort(reason)
        },
      })
      const isEmpty = allocation?.isEmptyAtFirst ?? this.#backend.startsWithTasks ?? false
      await this.shareConfigured(conf)
      if (!isEmpty) await registered
      this.#application = application
    } catch (error) {
      await this.#system.stop(application.root)
      throw error
    } finally {
      over.abort()
    }
    return application
  }

  /** Jobs would wait for executors that never come. */
  #refuse({ scheduler }: Application, reason: string): void {
    const refusal = (this.#refusal = applicationRefused(this.master, this.applicationId, reason))
    this.#running.cancelAll(scheduler, () => refusal)
  }
}
