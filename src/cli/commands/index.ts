/**
 * The subcommands of `troupe`, in the order of its help. Each is loaded when it is asked for, so that none waits for the modules of the
 * others.
 */
import type { CommandFactory } from './command.ts'

type Load = () => Promise<readonly CommandFactory[]>

/* eslint-disable no-restricted-syntax -- of our own package, and known before they run */
const COMMANDS: readonly (readonly [names: string, load: Load])[] = [
  ['demo', async () => [(await import('./demo.ts')).demoCommand]],
  ['master', async () => [(await import('./master.ts')).masterCommand]],
  ['agent', async () => [(await import('./agent.ts')).agentCommand]],
  ['execute', async () => [(await import('./execute.ts')).executeCommand]],
  ['state, tasks, agents, offers, roles', async () => (await import('./cluster.ts')).lookCommands],
  ['throttler', async () => [(await import('./throttler.ts')).throttlerCommand]],
  ['tree', async () => [(await import('./tree.ts')).treeCommand]],
  ['explain', async () => [(await import('./explain.ts')).explainCommand]],
  ['simulate', async () => [(await import('./simulate.ts')).simulateCommand]],
  ['spark-master', async () => [(await import('./spark-master.ts')).sparkMasterCommand]],
  ['spark-worker', async () => [(await import('./spark-worker.ts')).sparkWorkerCommand]],
  ['spark-submit', async () => [(await import('./spark-submit.ts')).sparkSubmitCommand]],
  ['spark-shell', async () => [(await import('./spark-shell.ts')).sparkShellCommand]],
  ['ingest', async () => [(await import('./ingest.ts')).ingestCommand]],
  ['replay', async () => [(await import('./replay.ts')).replayCommand]],
  ['spark-history', async () => [(await import('./spark-history.ts')).sparkHistoryCommand]],
]
/* eslint-enable no-restricted-syntax */

/** The commands that a command line may mean: the one that it names, or else all, which its help tells of. */
export async function commandsFor(name: string | undefined): Promise<readonly CommandFactory[]> {
  const named = COMMANDS.filter(([names]) => name !== undefined && names.split(', ').includes(name))
  const loaded = await Promise.all((named.length > 0 ? named : COMMANDS).map(([, load]) => load()))
  return loaded.flat()
}
