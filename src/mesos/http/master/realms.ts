import type { Realms } from '../guard.ts'

const READWRITE: ReadonlySet<string> = new Set([
  '/api/v1',
  '/reserve',
  '/unreserve',
  '/create-volumes',
  '/destroy-volumes',
  '/teardown',
  '/weights',
  '/maintenance/schedule',
  '/machine/up',
  '/machine/down',
  '/logging/toggle',
])
/** Anybody may ask whether the master lives, and which it is. */
const OPEN: ReadonlySet<string> = new Set(['/health', '/redirect', '/version'])

/** Who must prove at the master's door who it is. @see master/http.cpp, master/main.cpp of Apache Mesos */
export const masterRealms: Realms = {
  node: 'master',
  of: (name) => {
    if (name === '/api/v1/scheduler') return 'scheduler'
    if (READWRITE.has(name) || /^\/quota(\/|$)/.test(name)) return 'readwrite'
    return OPEN.has(name) ? undefined : 'readonly'
  },
}
