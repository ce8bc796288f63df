import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import test, { type ExecutionContext } from 'ava'
import type { Answer, Call } from './fixtures/rebuilder.ts'
import gross, { Money, taxRatio } from './fixtures/prices.ts'
import { rebuildFunction, unpackGraph } from '../../../src/spark/closure/index.ts'
import { codec, pack, tools, type AnyFunction } from './tools.ts'

const entry = new URL('./fixtures/rebuilder.js', import.meta.url)

interface Other {
  call(fn: AnyFunction, ...args: readonly unknown[]): Promise<Answer>
}

function workerOf(t: ExecutionContext): Other {
  const worker = new Worker(entry)
  t.teardown(() => worker.terminate())
  return {
    async call(fn, ...args) {
      const answer = once(worker, 'message') as Promise<[Answer]>
      worker.postMessage({ bytes: pack(fn).bytes, args } satisfies Call)
      return (await answer)[0]
    },
  }
}

function processOf(t: ExecutionContext, nodeArguments: readonly string[] = []): Other {
  const child = fork(fileURLToPath(entry), {
    serialization: 'advanced',
    execArgv: [...nodeArguments],
  })
  t.teardown(() => child.kill())
  return {
    async call(fn, ...args) {
      const answer = once(child, 'message') as Promise<[Answer]>
      child.send({ bytes: pack(fn).bytes, args } satisfies Call)
      return (await answer)[0]
    },
  }
}

const rates = new Map([['a', 1.5]])

class Basket {
  static readonly currency: string = 'EUR'
  readonly #items: Money[] = []

  add(cents: number): this {
    this.#items.push(new Money(cents))
    return this
  }

  get total(): number {
    return this.#items.reduce((sum, item) => sum.plus(item), new Money(0)).cents
  }
}

function convert(cents: number, name: string): number {
  return Math.round(cents * (rates.get(name) ?? taxRatio))
}

/** Node warns of WebAssembly, which it leaves out without a compiler, unless told to. */
const WITHOUT_COMPILER = ['--no-expose-wasm', '--jitless']

const sides: readonly (readonly [string, (t: ExecutionContext) => Other])[] = [
  ['a worker thread', workerOf],
  ['a child process', (t) => processOf(t)],
  [
    'a child process that must not make code from strings',
    (t) => processOf(t, ['--disallow-code-generation-from-strings']),
  ],
  ['a child process without a compiler to machine code', (t) => processOf(t, WITHOUT_COMPILER)],
]

for (const [name, otherOf] of sides) {
  test(`${name} runs captured functions, their helpers, imports, classes and built-ins`, async (t) => {
    const other = otherOf(t)
    const sold = await other.call(
      async (list: readonly number[]) => {
        await Promise.resolve()
        const basket = new Basket()
        for (const cents of list) basket.add(convert(cents, 'a'))
        return [basket.total, gross(100), Basket.currency, ['x', 'y'].join(sep), join('a', 'b')]
      },
      [10, 20],
    )
    t.deepEqual(sold, { value: [45, 125, 'EUR', 'x/y', 'a/b'] })
  })

  test(`an error in ${name} has the stack of the original file`, async (t) => {
    const other = otherOf(t)
    const fails = (value: number): number => {
      if (value > 0) throw new RangeError(`too large: ${String(value)}`)
      return value
    }
    const answer = await other.call((value: number) => fails(value), 3)
    const { stack } = answer as { readonly stack: string }
    t.regex(stack, /RangeError: too large: 3\n\s+at fails \(.*processes\.test\.(js|ts):\d+:\d+\)/)
  })
}

test('the same closure has the same id in every process, and another one another id', (t) => {
  const make = (factor: number) => (value: number) => value * factor
  t.is(pack(make(2)).id, pack(make(2)).id)
  t.not(pack(make(2)).id, pack(make(3)).id)
  t.regex(pack(make(2)).id, /^[0-9a-f]{32}$/)
})

test('capture works in a worker thread', async (t) => {
  const code = capturing(`
    import { parentPort } from 'node:worker_threads'
    const limit = 3
    parentPort.postMessage(pack(() => limit).bytes)`)
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`))
  const [bytes] = (await once(worker, 'message')) as [Uint8Array]
  const fn = await rebuildFunction<() => number>(unpackGraph(bytes, codec), tools)
  t.is(fn(), 3)
})

async function outputOf(nodeArguments: readonly string[], code: string): Promise<string> {
  const child = spawn(process.execPath, [...nodeArguments, '--input-type=module', '-e', code])
  let output = ''
  child.stdout.on('data', (text) => (output += String(text)))
  child.stderr.on('data', (text) => (output += String(text)))
  await once(child, 'close')
  return output
}

const capturing = (body: string): string => `
  import { pack } from ${JSON.stringify(new URL('./tools.js', import.meta.url).href)}
  ${body}`

test('a process that must not use the inspector says so', async (t) => {
  const output = await outputOf(
    ['--experimental-permission', '--allow-fs-read=*', '--allow-addons'],
    capturing(`try { pack(() => 1) } catch (error) { console.log(error.code, error.message) }`),
  )
  t.regex(output, /TROUPE_CLOSURE_INSPECTOR_FORBIDDEN .*--experimental-permission/)
})

test('capture works without code from strings, without a compiler, and under an open inspector port', async (t) => {
  const kinds = [
    ['--disallow-code-generation-from-strings'],
    WITHOUT_COMPILER,
    ['--inspect=127.0.0.1:0'],
  ]
  for (const flags of kinds) {
    const output = await outputOf(
      flags,
      capturing(`const limit = 3; console.log('packed', pack(() => limit).bytes.length > 0)`),
    )
    t.regex(output, /packed true/, flags.join(' '))
  }
})

test('capture holds after the function was optimised', async (t) => {
  const output = await outputOf(
    ['--allow-natives-syntax'],
    capturing(`
      const limit = 3
      const fn = (value) => value + limit
      const warm = new Function('fn', '%PrepareFunctionForOptimization(fn); fn(1); fn(2); %OptimizeFunctionOnNextCall(fn); fn(3)')
      warm(fn)
      console.log('packed', pack(fn).bytes.length > 0)`),
  )
  t.regex(output, /packed true/)
})

test('what is declared in a REPL travels, and what is global there is refused', async (t) => {
  const module = new URL('./tools.js', import.meta.url).href
  const output = await dialogue([
    `const { pack, travel } = await import(${JSON.stringify(module)})`,
    'const base = { rows: [1, 2] }',
    'var loose = 1',
    "const path = require('node:path')",
    'const moved = await travel((x) => path.basename("/a/b") + base.rows.length + x)',
    'moved(40)',
    'try { pack(() => loose) } catch (error) { error.code }',
  ])
  t.regex(output, /'b240'/)
  t.regex(output, /'TROUPE_CLOSURE_GLOBAL'/)
})

/** Types lines into a REPL, each after the prompt that follows the one before it. */
async function dialogue(lines: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, ['-i'], { stdio: ['pipe', 'pipe', 'pipe'] })
  const left = [...lines]
  let output = ''
  child.stdout.on('data', (text) => {
    output += String(text)
    if (!output.endsWith('> ')) return
    const line = left.shift()
    if (line === undefined) child.stdin.end()
    else child.stdin.write(`${line}\n`)
  })
  await once(child, 'close')
  return output
}
