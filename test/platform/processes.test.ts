import { CHILD, both } from './both.ts'
import type { Place } from './both.ts'
import { refusal } from './connections.ts'

/**
 * Starts the program with its output in a file, and gives the way to wait for what the file holds.
 */
async function start(place: Place, args: readonly string[], options: { detached?: boolean } = {}) {
  const environment = place.environment('parent')
  const { disk, processes, clock } = environment
  const directory = await disk.makeTemporaryDirectory('troupe-process-')
  const stdout = `${directory}/stdout`
  const child = await processes.start({
    command: CHILD,
    args,
    node: true,
    nodeArgs: ['--max-old-space-size=64'],
    environment: { TROUPE_TEST_WORD: 'handed over' },
    stdout,
    ...options,
  })
  const output = async (): Promise<string> => {
    const found = await disk.stat(stdout)
    return found === undefined ? '' : Buffer.from(await disk.readFile(stdout)).toString()
  }
  const hasPrinted = async (what: RegExp): Promise<void> => {
    while (!what.test(await output())) {
      await new Promise<void>((resolve) => clock.setTimer(5, resolve))
    }
  }
  const isReady = (): Promise<void> => hasPrinted(/^ready$/)
  // A detached process does not keep its parent alive; the test must.
  const awake = clock.setTimer(60_000, () => undefined)
  const done = async (): Promise<void> => {
    awake.cancel()
    await disk.remove(directory)
  }
  return { child, output, hasPrinted, isReady, processes, done }
}

both('a process gets its arguments and writes to the file given', async (t, place) => {
  const { child, output, processes, done } = await start(place, ['print', 'hello', 'world'])
  t.deepEqual(await child.exited, { code: 0, signal: undefined })
  t.is(await output(), 'hello world')
  t.not(child.pid, processes.pid)
  await done()
})

both('a process gets the variables given', async (t, place) => {
  const { child, output, done } = await start(place, ['variable', 'TROUPE_TEST_WORD'])
  await child.exited
  t.is(await output(), 'handed over')
  await done()
})

both('a process tells its exit code, 1 for an uncaught error', async (t, place) => {
  const exiting = await start(place, ['exit', '3'])
  const throwing = await start(place, ['throw'])
  t.deepEqual(await exiting.child.exited, { code: 3, signal: undefined })
  t.deepEqual(await throwing.child.exited, { code: 1, signal: undefined })
  await exiting.done()
  await throwing.done()
})

both('SIGKILL ends a process, SIGTERM asks it', async (t, place) => {
  const hard = await start(place, ['polite'])
  const soft = await start(place, ['polite'])
  const plain = await start(place, ['wait'])
  await Promise.all([hard.isReady(), soft.isReady(), plain.isReady()])
  hard.child.kill('SIGKILL')
  soft.child.kill('SIGTERM')
  plain.child.kill('SIGTERM')
  t.deepEqual(await hard.child.exited, { code: undefined, signal: 'SIGKILL' })
  t.deepEqual(await soft.child.exited, { code: 7, signal: undefined })
  t.deepEqual(await plain.child.exited, { code: undefined, signal: 'SIGTERM' })
  for (const { done } of [hard, soft, plain]) await done()
})

both('a detached process is found, and killed, by its pid', async (t, place) => {
  const { child, isReady, processes, done } = await start(place, ['wait'], { detached: true })
  await isReady()
  t.true(processes.isAlive(child.pid))
  t.true(processes.kill(child.pid, 'SIGKILL'))
  t.deepEqual(await child.exited, { code: undefined, signal: 'SIGKILL' })
  t.false(processes.isAlive(child.pid))
  t.false(processes.kill(child.pid, 'SIGKILL'))
  await done()
})

both('a detached process outlives the process that started it', async (t, place) => {
  const { child, output, processes, hasPrinted, done } = await start(place, ['launch', CHILD])
  await hasPrinted(/^pid \d+$/)
  const grandchild = Number((await output()).slice('pid '.length))
  child.kill('SIGKILL')
  t.deepEqual(await child.exited, { code: undefined, signal: 'SIGKILL' })
  t.true(processes.isAlive(grandchild))
  t.true(processes.kill(grandchild, 'SIGKILL'))
  await done()
})

both('a program that is not there is refused with its name', async (t, place) => {
  const { processes } = place.environment()
  const error = await refusal(processes.start({ command: '/no/such/program', args: [] }))
  t.is(error.code, 'TROUPE_PLATFORM_PROCESS_FAILED')
  t.true(error.message.includes('/no/such/program'))
  t.is(error.data['reason'], 'ENOENT')
})
