/** A master with its registry in `--registry`, on `--port`, in a process of its own that the benchmark kills. */
import { startMasterNode } from '../../src/mesos/index.ts'
import { nodeEnvironment } from '../../src/platform/index.ts'
import { flag } from './harness.ts'

await startMasterNode({
  environment: nodeEnvironment(),
  node: { port: Number(flag('port')) },
  registryDirectory: flag('registry') ?? '',
})
process.stdout.write('ready\n')
