import {
  parseZooKeeperUrl,
  startAgentNode,
  startElectedMaster,
  type ElectedMaster,
} from '../../../src/mesos/index.ts'
import { nodeEnvironment } from '../../../src/platform/index.ts'
import { SparkContext } from '../../../src/spark/index.ts'
import { until } from '../../spark/cluster/house.ts'
import { startServer } from '../../spark/real-files/servers.ts'
import { foreign, inFolder, need, pythonOf, run, testWith } from './programs.ts'

const avmesos = await foreign('avmesos')
const zookeeper = await foreign('zookeeper')
const HOST = '127.0.0.1'

testWith(avmesos, zookeeper)(
  'masters elected in ZooKeeper itself are found by a framework of others and by the engine, and when the leader ends, with its agents, again',
  async (t) => {
    t.timeout(180_000)
    const python = pythonOf(need(t, avmesos))
    const server = await startServer('services.mjs', 'run', 'zookeeper', '--session-timeout=2000')
    t.teardown(server.stop)
    const url = `zk://${server.words[0] ?? ''}/mesos`
    const environment = nodeEnvironment()
    const http = { host: HOST, port: 0 }
    const start = async (): Promise<ElectedMaster> => {
      const master = await startElectedMaster({
        environment,
        http,
        zookeeper: { ...parseZooKeeperUrl(url), sessionTimeoutMs: 2_000 },
        // Some clients see an event only when the next one comes.
        settings: { master: { schedulerHeartbeatMs: 500 } },
      })
      t.teardown(() => master.system.terminate())
      return master
    }
    const first = await start()
    await until(() => first.master() !== undefined)
    const second = await start()
    const workDir = await environment.disk.makeTemporaryDirectory('troupe-agent-')
    t.teardown(() => environment.disk.remove(workDir))
    const resources = 'cpus:4;mem:4096;disk:10000;ports:[31000-32000]'
    const agent = await startAgentNode({ environment, master: url, resources, workDir, http })
    t.teardown(() => agent.system.terminate())
    const agents = async ({ httpAddress = '' }: ElectedMaster): Promise<readonly string[]> => {
      const answer = await fetch(`http://${httpAddress}/master/slaves`, { redirect: 'manual' })
      if (answer.status !== 200) return []
      const { slaves } = (await answer.json()) as { readonly slaves: readonly { id: string }[] }
      return slaves.map(({ id }) => id)
    }
    await until(async () => (await agents(first)).length === 1)
    const known = await agents(first)
    const ended = await run(python, [inFolder('clients/avmesos_framework.py'), url])
    t.is(ended.code, 0, ended.stderr)
    t.regex(ended.stdout, /TASK_FINISHED/)

    await first.system.terminate()
    await first.ended
    await until(() => second.master() !== undefined)
    await until(async () => (await agents(second)).length === 1)
    t.deepEqual(await agents(second), known)
    const sc = await SparkContext.create({
      master: `mesos://${url}`,
      appName: 'elected',
      conf: { 'spark.executor.memory': '256m', 'spark.testing.reservedMemory': 0 },
    })
    t.teardown(() => sc.stop())
    t.is(await sc.parallelize([1, 2, 3], 3).count(), 3)
  },
)
