// The main module of a master's process: `master.js <port>`; prints its address.
import { startMasterNode } from '../../../src/mesos/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'

const environment = nodeEnvironment()
const [port = '0'] = environment.processes.args
const { address } = await startMasterNode({
  environment,
  node: { port: Number(port), heartbeatMs: 200, unreachableLimitMs: 2000 },
  settings: { master: { agentPingTimeoutMs: 200, maxAgentPingTimeouts: 2 } },
})
environment.processes.stdout.write(`${address}\n`)
