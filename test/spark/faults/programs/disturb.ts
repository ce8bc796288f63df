/**
 * Loaded into executors of real processes before anything else (`NODE_OPTIONS=--import=…`), into their threads as well: breaks what
 * they ask of their disk and of the network, below all of our own code, and ends them at an exact access. What is broken stands in
 * the variable `TROUPE_TEST_DISTURB`, see {@link Disturbance}.
 */
import fs from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { Socket } from 'node:net'
import { isMainThread } from 'node:worker_threads'

import type { Access, Disturbance, Rule } from '../disturbance.ts'

// As they are before they are disturbed.
const { appendFileSync, existsSync, openSync, closeSync } = fs

const said = process.env['TROUPE_TEST_DISTURB']
// What only the environment of an executor has, and of its threads.
const isExecutor = process.env['TROUPE_SPARK_DIRECTORY'] !== undefined
if (said !== undefined && isExecutor) disturb(JSON.parse(said) as Disturbance)

function disturb({ directory, rules }: Disturbance): void {
  const counts = new Map<string, number>()

  /** What is to become of an access: an error, or nothing. */
  const judge = (on: Access, path: string): Error | undefined => {
    for (const rule of rules) {
      if (rule.on !== on || !new RegExp(rule.path).test(path)) continue
      if (rule.inThread !== undefined && (rule.inThread === 'main') !== isMainThread) continue
      if (!existsSync(`${directory}/armed-${rule.name}`)) continue
      const count = (counts.get(rule.name) ?? 0) + 1
      counts.set(rule.name, count)
      if (count < (rule.from ?? 1) || !fires(rule)) continue
      appendFileSync(`${directory}/fired-${rule.name}`, `${on} ${path}\n`)
      if (rule.then === 'SIGKILL' || rule.then === 'SIGSTOP') process.kill(process.pid, rule.then)
      else return Object.assign(new Error(`${rule.then}: ${on} '${path}'`), { code: rule.then })
    }
    return undefined
  }

  /** At most once in all processes, where that is wanted. */
  const fires = ({ name, isOnce }: Rule): boolean => {
    if (isOnce !== true) return true
    try {
      closeSync(openSync(`${directory}/once-${name}`, 'wx'))
      return true
    } catch {
      return false
    }
  }

  const paths = new WeakMap<object, string>()
  const changed = files as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
  const before = (name: string, on: Access): void => {
    const real = changed[name]
    if (real === undefined) return
    changed[name] = async (...args) => {
      const error = judge(on, String(args[0]))
      if (error !== undefined) throw error
      const done = await real(...args)
      if (name === 'open') watch(done as FileHandle, String(args[0]))
      return done
    }
  }
  const watch = (handle: FileHandle, path: string): void => {
    paths.set(handle, path)
    const prototype = Object.getPrototypeOf(handle) as Record<string, unknown>
    if (prototype['isDisturbed'] === true) return
    prototype['isDisturbed'] = true
    for (const [name, on] of [
      ['read', 'read'],
      ['appendFile', 'write'],
      ['datasync', 'sync'],
      ['close', 'close'],
    ] as const) {
      const real = prototype[name] as (...args: unknown[]) => Promise<unknown>
      prototype[name] = async function (this: object, ...args: unknown[]): Promise<unknown> {
        const error = judge(on, paths.get(this) ?? '')
        if (error === undefined || name === 'close') {
          const done = await real.apply(this, args)
          if (error === undefined) return done
        }
        throw error
      }
    }
  }
  before('open', 'open')
  before('readFile', 'read')
  before('appendFile', 'write')
  before('mkdir', 'write')
  before('rename', 'rename')

  // The same at once, as task threads do it.
  const open = new Map<number, string>()
  const atOnce = fs as unknown as Record<string, (...args: unknown[]) => unknown>
  for (const [name, on] of [
    ['openSync', 'open'],
    ['readSync', 'read'],
    ['writeSync', 'write'],
    ['fdatasyncSync', 'sync'],
    ['renameSync', 'rename'],
    ['readFileSync', 'read'],
    ['appendFileSync', 'write'],
  ] as const) {
    const real = atOnce[name] as (...args: unknown[]) => unknown
    atOnce[name] = (...args) => {
      const [place] = args
      const path = typeof place === 'number' ? (open.get(place) ?? '') : String(place)
      const error = judge(on, path)
      if (error !== undefined) throw error
      const done = real(...args)
      if (name === 'openSync') open.set(done as number, path)
      return done
    }
  }
  for (const on of ['read', 'write'] as const) {
    const real = atOnce[on] as (...args: unknown[]) => unknown
    const later = (...args: unknown[]): unknown => {
      const error = judge(on, open.get(args[0] as number) ?? '')
      if (error === undefined) return real(...args)
      return process.nextTick(args.at(-1) as (error: Error) => void, error)
    }
    // How its results are named as a promise.
    for (const key of Object.getOwnPropertySymbols(real)) {
      Object.defineProperty(later, key, Object.getOwnPropertyDescriptor(real, key) ?? {})
    }
    atOnce[on] = later
  }
  syncBuiltinESMExports()

  const connect = Reflect.get(Socket.prototype, 'connect') as (...args: unknown[]) => Socket
  Socket.prototype.connect = function (this: Socket, ...args: unknown[]): Socket {
    const [options] = (Array.isArray(args[0]) ? args[0] : args) as [{ readonly port?: number }]
    const error = judge('connect', String(options.port))
    if (error === undefined) return connect.apply(this, args)
    process.nextTick(() => this.destroy(error))
    return this
  }
}
