/**
 * The backends that speak with clusters, and the executor that Mesos starts: a third of the engine's modules, apart from the
 * others so that a driver on its own machine does without. Loading this module is what makes these masters known;
 * `SparkContext.create` does so when it is asked for one. Simulated drivers load it beforehand, since loading takes real time.
 */
import { provideClusterBackends } from '../cluster-backends.ts'
import { FineGrainedBackend } from '../fine-grained-backend.ts'
import { MesosBackend } from '../mesos-backend.ts'
import { StandaloneBackend } from '../standalone-backend.ts'

export { runMesosExecutor } from '../run-mesos-executor.ts'

provideClusterBackends({
  mesos: (options) => new MesosBackend(options),
  fineGrained: (options) => new FineGrainedBackend(options),
  standalone: (options) => new StandaloneBackend(options),
})
