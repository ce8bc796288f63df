import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { PekkoPeer, ErlangPeer } from './peers.ts'
import type { RuntimeId } from './rows.ts'

/** One process to start: what it measures it prints as lines of JSON. */
export interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface Measurement {
  readonly command: Command
  /** The other side of a link: started first, waited for until it prints `ready`, ended afterwards. */
  readonly server?: Command
}

/** How a runtime measures a group of rows, or nothing if it has no such rows. */
export type Runtime = (group: string, port: number, scale: number) => Measurement | undefined

/** The rows that the processes of a group measure, where they are not one row of the group's name. */
const rowsOf: Readonly<Record<string, readonly string[]>> = {
  accounts: ['accounts', 'accounts-mixed', 'rings'],
  crash: ['crash', 'crash-otp'],
  'thread-rt': ['thread-rt', 'thread-rt-spin'],
  tcp: ['tcp-oneway', 'tcp-rt', 'tcp-echo100'],
}

const LOCAL = [
  ...['pingpong', 'tell', 'tell1k', 'fanin4', 'ring100', 'ask', 'ask100', 'spawn'],
  ...['forkjoin', 'crash', 'children'],
]
const THREAD = ['thread-oneway', 'thread-rt']

const NODE_FLAGS = ['--expose-gc', '--max-old-space-size=8192']

function node(program: string, ...args: readonly string[]): Command {
  const path = fileURLToPath(new URL(`./programs/${program}.js`, import.meta.url))
  return { file: process.execPath, args: [...NODE_FLAGS, path, ...args] }
}

/** A program that measures the groups it lists. */
const nodeRuntime =
  (programs: Readonly<Record<string, readonly string[]>>): Runtime =>
  (group, _port, scale) => {
    const program = Object.keys(programs).find((name) => programs[name]?.includes(group))
    if (program === undefined) return undefined
    return { command: node(program, `--scale=${String(scale)}`, ...(rowsOf[group] ?? [group])) }
  }

const without = (groups: readonly string[], ...left: readonly string[]): readonly string[] =>
  groups.filter((group) => !left.includes(group))

/** One cluster of one agent, whoever wrote it, with the same framework and executor. */
const beside = (of: RuntimeId, scale: number): Measurement => ({
  command: node('mesos-beside', `--of=${of}`, `--scale=${String(scale)}`),
})

const troupe: Runtime = (group, port, scale) => {
  if (group === 'mesos-beside') return beside('troupe', scale)
  if (group !== 'tcp') {
    return nodeRuntime({
      'troupe-local': LOCAL,
      'troupe-thread': THREAD,
      'troupe-accounts': ['accounts'],
      'troupe-simulation': ['simulation'],
      'troupe-allocator': ['allocator'],
      'troupe-mesos-failover': ['mesos-failover'],
      'troupe-mesos': ['mesos-tasks', 'mesos-memory', 'mesos-state'],
    })(group, port, scale)
  }
  return {
    command: node('troupe-tcp', `--scale=${String(scale)}`, `--port=${String(port)}`),
    server: node('troupe-tcp-server', `--port=${String(port)}`),
  }
}

const pekko =
  ({ classpath }: PekkoPeer): Runtime =>
  (group, port, scale) => {
    const java = (heap: string, main: string, ...args: readonly string[]): Command => ({
      file: 'java',
      args: [
        `-Xmx${heap}`,
        // With two cores CompletableFuture would start a thread for every ask.
        '-Djava.util.concurrent.ForkJoinPool.common.parallelism=2',
        `-Dscale=${String(scale)}`,
        '-cp',
        classpath,
        main,
        ...args,
      ],
    })
    if (group === 'tcp') {
      return {
        command: java('3g', 'bench.Remote', 'client', String(port)),
        server: java('3g', 'bench.Remote', 'server', String(port)),
      }
    }
    return without(LOCAL, 'children').includes(group)
      ? { command: java('8g', 'bench.Local', group) }
      : undefined
  }

const erlang =
  ({ beams }: ErlangPeer): Runtime =>
  (group, port, scale) => {
    const erl = (...args: readonly string[]): Command => ({
      file: 'erl',
      args: ['-noshell', '+P', '2000000', '-pa', beams, ...args],
      env: { BENCH_SCALE: scale.toFixed(3) },
    })
    // Nodes that find each other by a known port, without the port mapper daemon.
    const node = (name: string, ...args: readonly string[]): Command =>
      erl(
        ...['-name', `${name}@127.0.0.1`, '-setcookie', 'bench'],
        ...['-start_epmd', 'false', '-erl_epmd_port', String(port)],
        ...args,
      )
    if (group === 'tcp') {
      const loopback = ['-kernel', 'inet_dist_use_interface', '{127,0,0,1}']
      return {
        command: node(
          'client',
          ...['-dist_listen', 'false', '-run', 'remote', 'client', 'server@127.0.0.1'],
        ),
        server: node('server', ...loopback, '-run', 'remote', 'server'),
      }
    }
    return without(LOCAL, 'children').includes(group)
      ? { command: erl('-run', 'local', 'main', ...(rowsOf[group] ?? [group])) }
      : undefined
  }

export interface Peers {
  readonly pekko: PekkoPeer | undefined
  readonly erlang: ErlangPeer | undefined
}

/** Every runtime that can be measured here. */
export function runtimesWith(peers: Peers): Partial<Record<RuntimeId, Runtime>> {
  return {
    troupe,
    nact: nodeRuntime({ 'nact-local': LOCAL }),
    xstate: nodeRuntime({
      'xstate-local': without(LOCAL, 'tell1k', 'ask', 'ask100', 'crash', 'children'),
    }),
    mesos: (group, _port, scale) => (group === 'mesos-beside' ? beside('mesos', scale) : undefined),
    port: nodeRuntime({ 'bare-port': THREAD }),
    comlink: nodeRuntime({ 'comlink-thread': THREAD }),
    ...(peers.pekko && { pekko: pekko(peers.pekko) }),
    ...(peers.erlang && { erlang: erlang(peers.erlang) }),
  }
}

/** @internal A program that has been compiled. */
export const isBuilt = (command: Command): boolean =>
  command.file !== process.execPath || existsSync(command.args[NODE_FLAGS.length] ?? '')
