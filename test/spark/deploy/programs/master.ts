/** A master: `master.js <port> <worker timeout in ms> [recovery directory]`; says where it listens. */
import { nodeEnvironment } from '../../../../src/platform/index.ts'
import { startSparkMaster } from '../../../../src/spark/deploy/index.ts'

const [port = '0', timeout = '60000', recoveryDirectory] = process.argv.slice(2)
const workerTimeoutMs = Number(timeout)
const master = await startSparkMaster({
  environment: nodeEnvironment(),
  node: { port: Number(port) },
  options: { workerTimeoutMs, recoveryTimeoutMs: workerTimeoutMs },
  recoveryDirectory,
})
process.stdout.write(`${master.address}\n`)
