import type { CommandInfo } from '../../mesos/index.ts'

/** The module that agents start; seen from this one. */
const MAIN = new URL('../executor/executor-main.js', import.meta.url)

/** How agents start an executor: by a script of the user's, or by the module of this package, where it lies on the agents, too. */
export function executorCommandOf(script: string | undefined): CommandInfo {
  if (script !== undefined) {
    return { shell: false, value: '/bin/sh', arguments: ['/bin/sh', script] }
  }
  return { shell: false, value: 'node', arguments: ['node', decodeURIComponent(MAIN.pathname)] }
}
