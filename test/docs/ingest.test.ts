import test from 'ava'
import { troupe } from '../cli/command-line.ts'
import { tableRows } from './markdown.ts'
import { read } from './repository.ts'

const page = read('docs/ingest.md')
const rows = tableRows(page, ['flag', 'default', 'meaning']) ?? []

/** Long flags of a command → their defaults, by its help. */
async function flagsOf(command: string): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await troupe(command, '--help')
  const [, options = ''] = stdout.split('\nOptions:\n')
  const entries = options.split(/\n(?= {2}-)/).flatMap((text) => {
    const [, flag] = /(--[a-z-]+(?: <\w+>)?)/.exec(text) ?? []
    const [, value = ''] = /\(default:\s+"?([^")]+)"?\)/.exec(text) ?? []
    return flag === undefined || flag === '--help' ? [] : [[flag, value] as const]
  })
  return new Map(entries)
}

test('the flags of troupe ingest are those of docs/ingest.md, with their defaults', async (t) => {
  const flags = await flagsOf('ingest')
  const written = rows.map(([flag = '']) => flag.replaceAll('`', ''))
  t.deepEqual([...written].sort(), [...flags.keys()].sort())
  for (const [flag = '', value = ''] of rows) {
    const known = flags.get(flag.replaceAll('`', '')) ?? ''
    if (known !== '') t.is(value, `\`${known}\``, flag)
  }
})

test('the flags of troupe replay are among them, but for its interval', async (t) => {
  const written = new Set(rows.map(([flag = '']) => flag.replaceAll('`', '')))
  const own = [...(await flagsOf('replay')).keys()].filter((flag) => !written.has(flag))
  t.deepEqual(own, ['--from <time>', '--to <time>'])
})

test('the app of Marathon gives the service flags that it has', async (t) => {
  const flags = [...(await flagsOf('ingest')).keys()].map((flag) => flag.split(' ')[0])
  const app = JSON.parse(read('docker/ingest/marathon.json')) as {
    readonly args: readonly string[]
  }
  const given = app.args.filter((one) => one.startsWith('--'))
  t.true(given.length > 0)
  for (const flag of given) t.true(flags.includes(flag), flag)
})
