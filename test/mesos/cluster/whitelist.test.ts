import test from 'ava'
import { Cluster } from './cluster.ts'

test('only agents of hosts on the whitelist are offered, as it stands', async (t) => {
  const cluster = new Cluster()
  const disk = cluster.world.disk('host')
  const write = (text: string): Promise<void> =>
    cluster.world.until(disk.writeFile('/whitelist', new TextEncoder().encode(text)))
  await write('one\nthree\n')
  await cluster.startMaster({}, { whitelistPath: '/whitelist' })
  await cluster.world.advance(100)
  for (const hostname of ['one', 'two']) await cluster.startAgent(hostname)
  const { probe } = await cluster.startFramework('demo')
  const hosts = (): readonly string[] =>
    probe.messages
      .flatMap((event) => (event.type === 'OFFERS' ? event.offers.offers : []))
      .map(({ hostname }) => hostname)
  await cluster.world.advance(4000)
  t.deepEqual(hosts(), ['one'])
  await write('two')
  await cluster.world.advance(8000)
  t.deepEqual(hosts(), ['one', 'two'])
  await cluster.world.until(disk.remove('/whitelist'))
  await cluster.startAgent('three')
  await cluster.world.advance(8000)
  t.deepEqual(hosts(), ['one', 'two'], 'what was read last holds')
})
