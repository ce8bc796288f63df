import type { ExecutionContext } from 'ava'
import { inProject, run, type Missing } from '../mesos/foreign/programs.ts'

/** A real server, and where its clients ask; or why there is none. */
export type Service =
  { readonly ok: true; readonly name: string; readonly addresses: readonly string[] } | Missing

const LIMIT_MS = 15 * 60_000
let names = 0

/**
 * A real server that all tests of a run share: that of `TROUPE_KAFKA` or `TROUPE_CASSANDRA` (`host:port`, comma-separated), or one
 * that is started with the first of them and ends with the run. Tests take topics and keyspaces of their own ({@link ownName}).
 */
export async function service(name: 'kafka' | 'cassandra' | 'zookeeper'): Promise<Service> {
  const given = process.env[`TROUPE_${name.toUpperCase()}`]
  if (given !== undefined && given !== '') return { ok: true, name, addresses: given.split(',') }
  const { code, stdout, stderr } = await run(
    process.execPath,
    // The process of ava itself, which has started this one.
    [inProject('scripts/services.mjs'), 'share', name, `--while=${process.ppid}`],
    { limitMs: LIMIT_MS },
  )
  const last = (text: string): string => text.trim().split('\n').at(-1) ?? ''
  if (code === 0) return { ok: true, name, addresses: last(stdout).split(',') }
  return { ok: false, name, reason: stderr.trim().replace(/^troupe: /, '') }
}

/** Where a server is; without it the test fails. */
export function needService(t: ExecutionContext, found: Service): readonly string[] {
  if (found.ok) return found.addresses
  return t.fail(`${found.name}: ${found.reason}`)
}

/** A topic or keyspace that no other test has, also on a server that others use. */
export function ownName(prefix: string): string {
  names += 1
  return `${prefix}_${process.pid}_${Date.now().toString(36)}_${names}`
}
