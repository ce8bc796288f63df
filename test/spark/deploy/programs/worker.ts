/** A worker: `worker.js <master> <work directory> <cores> <memory in MB>`; says its id. */
import { nodeEnvironment } from '../../../../src/platform/index.ts'
import { startSparkWorker } from '../../../../src/spark/deploy/index.ts'

const [master = '', workDirectory = '', cores = '1', memoryMb = '1024'] = process.argv.slice(2)
const worker = await startSparkWorker({
  environment: nodeEnvironment(),
  masters: [master],
  workDirectory,
  cores: Number(cores),
  memoryMb: Number(memoryMb),
})
process.stdout.write(`${worker.workerId}\n`)
