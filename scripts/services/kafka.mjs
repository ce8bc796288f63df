/** A broker of Apache Kafka that is its own controller (KRaft). */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { Stop } from '../steps.mjs'
import { isKafka } from './asking.mjs'
import { HOST, SMALL, portFor } from './ports.mjs'

const DEFAULT_PORT = 9092
/** Any 16 bytes: a cluster of one is never mistaken for another. */
const CLUSTER_ID = 'MkU3OEVBNTcwNTJENDM2Qg'
const FORMAT_MS = 60_000

/** @param {string} place @param {string} level of what is logged */
const classes = (place, level) => [
  `-Dorg.slf4j.simpleLogger.defaultLogLevel=${level}`,
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  ...['-cp', join(place, 'lib', '*')],
]

/** @param {import('./kinds.mjs').Node} node */
const fileOf = ({ directory }) => join(directory, 'server.properties')

/** @type {import('./kinds.mjs').Kind} */
export const kafka = {
  flags: [],
  plan: async ({ directory, port = DEFAULT_PORT }) => [
    {
      name: 'kafka',
      host: HOST,
      port: await portFor(port),
      ports: { controller: await portFor(port === DEFAULT_PORT ? DEFAULT_PORT + 1 : 0) },
      directory: join(directory, 'kafka'),
      settings: {},
    },
  ],
  prepare: (node, place) => {
    const { directory, port, ports } = node
    const data = join(directory, 'data')
    mkdirSync(directory, { recursive: true })
    const lines = [
      'process.roles=broker,controller',
      'node.id=1',
      `controller.quorum.voters=1@${HOST}:${ports.controller}`,
      `listeners=PLAINTEXT://${HOST}:${port},CONTROLLER://${HOST}:${ports.controller}`,
      `advertised.listeners=PLAINTEXT://${HOST}:${port}`,
      'controller.listener.names=CONTROLLER',
      'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      'inter.broker.listener.name=PLAINTEXT',
      `log.dirs=${data}`,
      'num.partitions=1',
      'auto.create.topics.enable=false',
      // Kafka's own topics: one replica, few partitions.
      'offsets.topic.replication.factor=1',
      'offsets.topic.num.partitions=4',
      'transaction.state.log.replication.factor=1',
      'transaction.state.log.min.isr=1',
      'transaction.state.log.num.partitions=4',
      'share.coordinator.state.topic.replication.factor=1',
      'share.coordinator.state.topic.min.isr=1',
      'group.initial.rebalance.delay.ms=0',
      'log.cleaner.dedupe.buffer.size=8388608',
    ]
    writeFileSync(fileOf(node), `${lines.join('\n')}\n`)
    if (existsSync(join(data, 'meta.properties'))) return
    const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', fileOf(node)]
    const small = ['-Xmx128m', ...SMALL, '-XX:TieredStopAtLevel=1']
    const { status, stdout, stderr } = spawnSync(
      'java',
      [...small, ...classes(place, 'warn'), ...format],
      { encoding: 'utf8', timeout: FORMAT_MS },
    )
    if (status !== 0) throw new Stop(`Kafka can't format ${data}: ${stdout}${stderr}`)
  },
  command: (node, place, isBrief) => [
    ...['-Xms256m', '-Xmx256m', ...SMALL, '-XX:+ExitOnOutOfMemoryError'],
    ...(isBrief ? ['-XX:TieredStopAtLevel=1'] : []),
    ...classes(place, 'info'),
    ...['kafka.Kafka', fileOf(node)],
  ],
  isReady: ({ host, port }) => isKafka(host, port),
}
