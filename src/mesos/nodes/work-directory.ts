import { isTroupeError, type Environment } from '../../platform/index.ts'
import { MesosError } from '../errors.ts'

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/**
 * Makes the work directory of an agent or a master and claims it for this process, by a file with the process's id; what a process
 * that is gone has left there is taken over. Answers with the way to give it free again. Of two that begin at the same
 * moment both may believe that they have it: this guards against a mistake, not against a race.
 * @throws TROUPE_MESOS_WORK_DIRECTORY_UNUSABLE, TROUPE_MESOS_WORK_DIRECTORY_TAKEN
 */
export async function claimWorkDirectory(
  { disk, processes }: Pick<Environment, 'disk' | 'processes'>,
  path: string,
  who: 'agent' | 'master' = 'agent',
): Promise<() => Promise<void>> {
  const lock = `${path}/${who}.pid`
  const mine = `${String(processes.pid)} ${processes.hostname}`
  try {
    await disk.makeDirectory(path)
    const found = await readLock(disk, lock)
    const [pid, host] = found?.split(' ') ?? []
    const isOther = pid !== undefined && found !== mine && /^\d+$/.test(pid)
    if (isOther && host === processes.hostname && processes.isAlive(Number(pid))) {
      throw new MesosError(
        'TROUPE_MESOS_WORK_DIRECTORY_TAKEN',
        `The work directory ${path} is that of the ${who} with process id ${pid}; give each ${who} its own (--work-dir), or, if that process is no ${who}, remove ${lock}`,
        { data: { path, pid: Number(pid) } },
      )
    }
    await disk.writeFile(lock, encoder.encode(mine))
  } catch (cause) {
    if (isTroupeError(cause, 'TROUPE_MESOS_WORK_DIRECTORY_TAKEN')) throw cause
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new MesosError(
      'TROUPE_MESOS_WORK_DIRECTORY_UNUSABLE',
      `${who === 'agent' ? 'An agent' : 'A master'} can't work in ${path}: ${why}. Choose a directory that this user can make and write to (--work-dir)`,
      { cause, data: { path } },
    )
  }
  return async () => {
    if ((await readLock(disk, lock)) === mine) await disk.remove(lock)
  }
}

async function readLock(disk: Environment['disk'], lock: string): Promise<string | undefined> {
  return (await disk.stat(lock)) === undefined
    ? undefined
    : decoder.decode(await disk.readFile(lock)).trim()
}
