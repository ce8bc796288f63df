/**
 * `node scripts/hdfs.mjs [--datanodes=1] [--block-size=1048576]`: a real HDFS of Apache Hadoop on loopback, a namenode and
 * datanodes in processes of their own, until it is interrupted or its standard input ends; set up first where it has not been
 * (see foreign-programs.mjs). Prints `http://host:port hdfs://host:port` once it takes files. What it keeps goes with it.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { setUp } from './foreign-programs.mjs'
import { freePort } from './free-port.mjs'
import { Stop, endWithStarter, runEntry } from './steps.mjs'

const HOST = '127.0.0.1'
const START_LIMIT_MS = 120_000
const LOOK_EVERY_MS = 100
const LOG_TAIL = 2000
const MAIN = 'org.apache.hadoop.hdfs.server'
const OPENED = ['lang', 'util', 'net', 'nio', 'math', 'text', 'util.concurrent']

/** @type {Record<string, string>} */
const flags = { datanodes: '1', 'block-size': '1048576' }
for (const argument of process.argv.slice(2)) {
  const [, name = '', value = ''] = /^--([\w-]+)=(.*)$/s.exec(argument) ?? []
  if (name === '') throw new Stop(`'${argument}' is not of the form --flag=value`)
  flags[name] = value
}

/** @param {Record<string, string>} properties */
const configuration = (properties) => {
  const lines = Object.entries(properties).map(
    ([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`,
  )
  return `<configuration>\n${lines.join('\n')}\n</configuration>\n`
}

/** @param {string} url @returns {Promise<string | undefined>} */
const page = (url) =>
  new Promise((resolve) => {
    get(url, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => (text += part))
      response.on('end', () => resolve(response.statusCode === 200 ? text : undefined))
    }).on('error', () => resolve(undefined))
  })

await runEntry(async () => {
  const place = await setUp('hdfs')
  const work = mkdtempSync(join(tmpdir(), 'troupe-hdfs-'))
  const [rpc, http] = [await freePort(), await freePort()]
  /** @type {import('node:child_process').ChildProcess[]} */
  const children = []
  let isOver = false

  /** @param {string} name @param {Record<string, string>} own */
  const folderOf = (name, own) => {
    const folder = join(work, name)
    mkdirSync(folder)
    const site = {
      'dfs.replication': '1',
      'dfs.blocksize': flags['block-size'] ?? '',
      'dfs.namenode.fs-limits.min-block-size': '1024',
      'dfs.namenode.name.dir': `file://${work}/names`,
      'dfs.namenode.http-address': `${HOST}:${http}`,
      'dfs.namenode.rpc-bind-host': HOST,
      'dfs.namenode.safemode.extension': '0',
      'dfs.namenode.datanode.registration.ip-hostname-check': 'false',
      'dfs.datanode.hostname': HOST,
      'dfs.client.use.datanode.hostname': 'true',
      'dfs.webhdfs.enabled': 'true',
      'dfs.permissions.enabled': 'true',
      ...own,
    }
    const core = { 'fs.defaultFS': `hdfs://${HOST}:${rpc}`, 'hadoop.tmp.dir': join(work, 'tmp') }
    writeFileSync(join(folder, 'core-site.xml'), configuration(core))
    writeFileSync(join(folder, 'hdfs-site.xml'), configuration(site))
    return folder
  }

  /** @param {string} folder @param {readonly string[]} command */
  const java = (folder, command) => {
    const log = openSync(join(folder, 'log'), 'a')
    const opens = OPENED.map((name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`)
    const classes = [folder, join(place, 'extra'), join(place, 'lib', '*')].join(':')
    const small = ['-Xmx192m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
    const system = [`-Dhadoop.home.dir=${work}`, `-Dhadoop.log.dir=${folder}`]
    const child = spawn(
      'java',
      [
        ...small,
        ...opens,
        '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED',
        '-Djava.net.preferIPv4Stack=true',
        ...system,
        '-cp',
        classes,
        ...command,
      ],
      {
        cwd: folder,
        stdio: ['ignore', log, log],
        env: { ...process.env, HADOOP_USER_NAME: 'root' },
      },
    )
    children.push(child)
    return child
  }

  endWithStarter(() => {
    isOver = true
    for (const child of children) child.kill('SIGKILL')
    rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  })

  const names = folderOf('namenode', {})
  const format = java(names, [`${MAIN}.namenode.NameNode`, '-format', '-nonInteractive', '-force'])
  const code = await new Promise((resolve) => format.on('close', resolve))
  if (code !== 0) throw new Stop(`no namenode: ${tail(names)}`)
  const started = [{ folder: names, child: java(names, [`${MAIN}.namenode.NameNode`]) }]
  for (let i = 0; i < Number(flags['datanodes']); i += 1) {
    const folder = folderOf(`datanode-${i}`, {
      'dfs.datanode.data.dir': `file://${work}/blocks-${i}`,
      'dfs.datanode.address': `${HOST}:0`,
      'dfs.datanode.http.address': `${HOST}:0`,
      'dfs.datanode.ipc.address': `${HOST}:0`,
    })
    started.push({ folder, child: java(folder, [`${MAIN}.datanode.DataNode`]) })
  }
  const system = `http://${HOST}:${http}/jmx?qry=Hadoop:service=NameNode,name=FSNamesystemState`
  const info = `http://${HOST}:${http}/jmx?qry=Hadoop:service=NameNode,name=NameNodeInfo`
  for (let waited = 0; waited < START_LIMIT_MS; waited += LOOK_EVERY_MS) {
    for (const { folder, child } of started) {
      if (child.exitCode !== null) throw new Stop(`it has ended: ${tail(folder)}`)
    }
    const isThere = (await page(system))?.includes(`"NumLiveDataNodes" : ${flags['datanodes']}`)
    if (isThere === true && (await page(info))?.includes('"Safemode" : ""') === true) {
      process.stdout.write(`http://${HOST}:${http} hdfs://${HOST}:${rpc}\n`)
      await new Promise(() => {})
    }
    if (isOver) return 1
    await pause(LOOK_EVERY_MS)
  }
  throw new Stop(`it does not take files: ${tail(names)}`)
})

/** @param {string} folder */
function tail(folder) {
  return readFileSync(join(folder, 'log'), 'utf8').slice(-LOG_TAIL)
}
