import { spawn } from 'node:child_process'
import { once } from 'node:events'

import type { PipedCommand, ProcessExit } from '../process.ts'

/** `Processes.pipe`; what the command writes to stderr goes to that of this process. */
export async function* nodePipe(
  piped: PipedCommand,
): AsyncGenerator<Uint8Array, ProcessExit, undefined> {
  const { command, args, environment, directory, input } = piped
  const child = spawn(command, [...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
    cwd: directory,
  })
  const ended = once(child, 'close') as Promise<[number | null, string | null]>
  ended.catch(() => {}) // awaited below
  child.stdin.on('error', () => {}) // it reads no more
  const feed = async (): Promise<void> => {
    for await (const text of input) {
      if (child.stdin.destroyed || !child.stdin.writable) break
      await new Promise<void>((resolve) => {
        // Called as soon as it is read, or never will be.
        child.stdin.write(text, () => {
          resolve()
        })
      })
    }
    child.stdin.end()
  }
  const fed = feed().catch((error: unknown) => {
    child.kill('SIGKILL')
    throw error
  })
  fed.catch(() => {}) // awaited below
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array
    const [code, signal] = await ended
    await fed
    return { code: code ?? undefined, signal: signal ?? undefined }
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL')
    // Nothing is read of the input when this is over.
    await fed.catch(() => {})
  }
}
