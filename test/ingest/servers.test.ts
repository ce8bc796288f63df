import { service } from '../services/service.ts'
import { folder } from '../services/folder.ts'
import { testWith } from '../mesos/foreign/programs.ts'
import { troupe } from '../cli/command-line.ts'
import { RunningService, sendAll } from './running.ts'

/** They tell whether there can be servers here; those of this test are its own, since they are stopped and killed. */
const test = testWith(await service('kafka'), await service('cassandra'))

/** Sends an event until the answer is the one that is waited for. */
async function until(service: RunningService, n: number, status: number): Promise<void> {
  while ((await service.send(n)) !== status);
}

async function ready(service: RunningService, status: number): Promise<void> {
  while ((await service.ask('/ready')).status !== status);
}

test('on real servers nothing that was answered with success is lost, whoever stops or is killed', async (t) => {
  t.timeout(600_000)
  const services = await folder(t)
  const kafka = await services('up', 'kafka', '--port=0')
  const cassandra = await services('up', 'cassandra', '--port=0')
  const addressIn = ({ stdout, stderr }: typeof kafka): string => {
    const address = /^export \w+=(\S+)$/m.exec(stdout)?.[1] ?? ''
    t.not(address, '', stderr)
    return address
  }
  const stores = [
    `--kafka=${addressIn(kafka)}`,
    `--cassandra=${addressIn(cassandra)}`,
    '--local-data-center=datacenter1',
  ]
  const impatient = [...stores, '--wait=2secs']
  let ingest = await RunningService.start(t, ...impatient)
  let sent = 0
  // Stored all: the first request of a fresh server may take its time.
  await until(ingest, sent++, 200)
  t.is(await ingest.total(), 1)

  // Kafka stands still, and goes on.
  process.kill(kafka.pid, 'SIGSTOP')
  t.is(await ingest.send(sent), 503)
  t.is((await ingest.ask('/health')).status, 200)
  process.kill(kafka.pid, 'SIGCONT')
  await until(ingest, sent++, 200)

  // Cassandra is killed, and comes back.
  process.kill(cassandra.pid, 'SIGKILL')
  await until(ingest, sent, 503)
  await ready(ingest, 503)
  const revived = await services('up', 'cassandra')
  await until(ingest, sent++, 200)
  await ready(ingest, 200)

  // It stands still, and goes on.
  process.kill(revived.pid, 'SIGSTOP')
  t.is(await ingest.send(sent), 503)
  process.kill(revived.pid, 'SIGCONT')
  await until(ingest, sent++, 200)
  // A node alone forgets what it took within the sync period of its commit log when it is killed; the log has it.
  t.is((await troupe('replay', ...stores)).code, 0)
  t.is(await ingest.total(), sent)

  // The service is killed right after an answer, and begins while Kafka is away.
  const first = ingest
  const events = 200
  const stored = await sendAll(ingest, events, (count) => {
    if (count === 80) first.kill('SIGKILL')
  })
  t.is(await ingest.exit, 'SIGKILL')
  t.true(stored.length >= 80 && stored.length < events, `${stored.length} were stored`)
  process.kill(kafka.pid, 'SIGKILL')
  ingest = await RunningService.start(t, ...impatient)
  t.is((await ingest.ask('/health')).status, 200)
  t.is((await ingest.ask('/ready')).status, 503)
  t.is(await ingest.send(events), 503)
  const kept = await ingest.total()
  t.true(kept >= stored.length, `${kept} of ${stored.length} are there`)
  await services('up', 'kafka')
  await ready(ingest, 200)
  for (let left = events; left > 0;) left = events - (await sendAll(ingest, events)).length
  t.is(await ingest.total(), events)

  for (let again = 0; again < 2; again += 1) {
    const { code, stdout, stderr } = await troupe('replay', ...stores)
    t.is(code, 0, stderr)
    t.regex(stdout, /\nread \d+: \d+ written, 0 refused by the table, 0 that are no events\n$/)
    t.is(await ingest.total(), events)
  }
  ingest.kill('SIGTERM')
  t.is(await ingest.exit, 0)
})
