/** A server of Apache ZooKeeper, alone. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { isZookeeper } from './asking.mjs'
import { HOST, SMALL, portFor } from './ports.mjs'

const DEFAULT_PORT = 2181

/** @type {import('./kinds.mjs').Kind} */
export const zookeeper = {
  flags: ['session-timeout'],
  plan: async ({ directory, port = DEFAULT_PORT, flags }) => [
    {
      name: 'zookeeper',
      host: HOST,
      port: await portFor(port),
      ports: {},
      directory: join(directory, 'zookeeper'),
      settings: { 'session-timeout': flags['session-timeout'] ?? '60000' },
    },
  ],
  prepare: ({ directory, port, settings }) => {
    mkdirSync(directory, { recursive: true })
    const lines = [
      'tickTime=250',
      'minSessionTimeout=500',
      `maxSessionTimeout=${settings['session-timeout']}`,
      `dataDir=${join(directory, 'data')}`,
      `clientPort=${port}`,
      `clientPortAddress=${HOST}`,
      'maxClientCnxns=0',
      'admin.enableServer=false',
      '4lw.commands.whitelist=srvr',
    ]
    writeFileSync(join(directory, 'zoo.cfg'), `${lines.join('\n')}\n`)
  },
  command: ({ directory }, place) => [
    ...['-Xmx128m', ...SMALL, '-XX:TieredStopAtLevel=1'],
    ...['-Dzookeeper.jmx.log4j.disable=true', '-cp', join(place, 'lib', '*')],
    ...['org.apache.zookeeper.server.ZooKeeperServerMain', join(directory, 'zoo.cfg')],
  ],
  isReady: ({ host, port }) => isZookeeper(host, port),
}
