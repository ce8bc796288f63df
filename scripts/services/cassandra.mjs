/**
 * Nodes of Apache Cassandra, one for each of 127.0.0.1, 127.0.0.2, … `3` is three nodes of one data centre, `2+1` two in
 * `datacenter1` and one in `datacenter2`. Each joins the ring before the next one starts.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { filesUnder } from '../files.mjs'
import { freePort } from '../free-port.mjs'
import { Stop } from '../steps.mjs'
import { isCassandra } from './asking.mjs'
import { SMALL, portFor } from './ports.mjs'

const DEFAULT_PORT = 9042
const DEFAULT_STORAGE_PORT = 7000
const DEFAULT_JMX_PORT = 7199
const MOST_NODES = 9
const EXPORTS = [
  'java.base/jdk.internal.misc',
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.rmi/sun.rmi.transport.tcp',
  'java.sql/java.sql',
  'java.base/java.lang.ref',
  'java.base/java.lang.reflect',
  'jdk.unsupported/sun.misc',
  'jdk.compiler/com.sun.tools.javac.file',
]
const OPENS = [
  'java.base/java.lang.module',
  'java.base/jdk.internal.loader',
  'java.base/jdk.internal.ref',
  'java.base/jdk.internal.reflect',
  'java.base/jdk.internal.math',
  'java.base/jdk.internal.module',
  'java.base/jdk.internal.util.jar',
  'jdk.management/com.sun.management.internal',
  'java.base/sun.nio.ch',
  'java.base/java.io',
  'java.base/java.nio',
  'java.base/java.util',
  'java.base/java.util.concurrent',
  'java.base/java.util.concurrent.atomic',
  'java.base/java.lang',
  'java.base/java.lang.reflect',
  'java.base/java.net',
  'java.management/sun.management',
]

/** Data centres of the nodes, in their order. @param {string} nodes such as `3` or `2+1` */
const centresOf = (nodes) => {
  const counts = nodes.split('+').map(Number)
  const sum = counts.reduce((total, count) => total + count, 0)
  if (counts.some((count) => !(count >= 1)) || sum > MOST_NODES) {
    throw new Stop(`--nodes ${nodes}: 1 to ${MOST_NODES}, or such as 2+1 for two data centres`)
  }
  return counts.flatMap((count, i) => Array.from({ length: count }, () => `datacenter${i + 1}`))
}

/** @type {import('./kinds.mjs').Kind} */
export const cassandra = {
  flags: [],
  plan: async ({ directory, port = DEFAULT_PORT, nodes = '1' }) => {
    const centres = centresOf(nodes)
    const isDefault = port === DEFAULT_PORT
    const native = await portFor(port)
    const storage = await portFor(isDefault ? DEFAULT_STORAGE_PORT : 0)
    return Promise.all(
      centres.map(async (centre, i) => ({
        name: centres.length === 1 ? 'cassandra' : `cassandra-${i + 1}`,
        host: `127.0.0.${i + 1}`,
        port: native,
        // That of JMX is on 127.0.0.1 for all of them.
        ports: { storage, jmx: isDefault ? DEFAULT_JMX_PORT + i : await freePort() },
        directory: join(directory, centres.length === 1 ? 'cassandra' : `cassandra-${i + 1}`),
        settings: { centre, heap: centres.length === 1 ? '512M' : '384M' },
      })),
    )
  },
  prepare: ({ directory, host, port, ports, settings }) => {
    const conf = join(directory, 'conf')
    mkdirSync(conf, { recursive: true })
    const yaml = [
      'cluster_name: troupe',
      'num_tokens: 16',
      'allocate_tokens_for_local_replication_factor: 3',
      'partitioner: org.apache.cassandra.dht.Murmur3Partitioner',
      'authenticator: AllowAllAuthenticator',
      'authorizer: AllowAllAuthorizer',
      'role_manager: CassandraRoleManager',
      `data_file_directories: [ '${directory}/data' ]`,
      ...['commitlog', 'saved_caches', 'hints'].map(
        (name) => `${name}_directory: '${directory}/${name}'`,
      ),
      `cdc_raw_directory: '${directory}/cdc_raw'`,
      'commitlog_sync: periodic',
      'commitlog_sync_period: 10000ms',
      'commitlog_segment_size: 8MiB',
      `listen_address: ${host}`,
      `rpc_address: ${host}`,
      `native_transport_port: ${port}`,
      `storage_port: ${ports.storage}`,
      'endpoint_snitch: GossipingPropertyFileSnitch',
      'seed_provider:',
      '  - class_name: org.apache.cassandra.locator.SimpleSeedProvider',
      `    parameters: [ { seeds: '127.0.0.1:${ports.storage}' } ]`,
      'memtable_heap_space: 64MiB',
      'memtable_offheap_space: 64MiB',
      'key_cache_size: 8MiB',
      'file_cache_size: 32MiB',
      'networking_cache_size: 32MiB',
      'concurrent_reads: 8',
      'concurrent_writes: 8',
      'concurrent_compactors: 1',
      'auto_snapshot: false',
    ]
    writeFileSync(join(conf, 'cassandra.yaml'), `${yaml.join('\n')}\n`)
    const rack = `dc=${settings.centre}\nrack=rack1\n`
    writeFileSync(join(conf, 'cassandra-rackdc.properties'), rack)
    const encoder = '<encoder><pattern>%-5level [%thread] %date{ISO8601} %msg%n</pattern></encoder>'
    const appender = `<appender name="out" class="ch.qos.logback.core.ConsoleAppender">${encoder}</appender>`
    const root = '<root level="INFO"><appender-ref ref="out"/></root>'
    writeFileSync(join(conf, 'logback.xml'), `<configuration>${appender}${root}</configuration>\n`)
  },
  command: ({ directory, ports, settings }, place, isBrief) => {
    const lib = join(place, 'lib')
    const [agent = ''] = filesUnder(lib, '', /^jamm-.*\.jar$/)
    const system = {
      'jdk.attach.allowAttachSelf': 'true',
      'io.netty.tryReflectionSetAccessible': 'true',
      'cassandra.jmx.local.port': ports.jmx,
      'cassandra.config': `file://${directory}/conf/cassandra.yaml`,
      'logback.configurationFile': `file://${directory}/conf/logback.xml`,
      'cassandra.storagedir': directory,
      'cassandra.logdir': directory,
      // On loopback nobody needs half a minute to hear of the others.
      'cassandra.skip_wait_for_gossip_to_settle': '0',
      'cassandra.ring_delay_ms': '2000',
      'cassandra.superuser_setup_delay_ms': '0',
      'cassandra-foreground': 'yes',
    }
    return [
      ...[`-Xms${settings.heap}`, `-Xmx${settings.heap}`, '-Xmn96M', '-Xss256k', ...SMALL],
      ...['-XX:MaxDirectMemorySize=256M', '-XX:+PerfDisableSharedMem'],
      '-XX:+ExitOnOutOfMemoryError',
      ...(isBrief ? ['-XX:TieredStopAtLevel=1'] : []),
      ...EXPORTS.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
      ...OPENS.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
      ...Object.entries(system).map(([key, value]) => `-D${key}=${value}`),
      `-javaagent:${join(lib, agent)}`,
      ...['-cp', `${join(directory, 'conf')}:${join(lib, '*')}`],
      'org.apache.cassandra.service.CassandraDaemon',
    ]
  },
  isReady: ({ host, port }) => isCassandra(host, port),
}
