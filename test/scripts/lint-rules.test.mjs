import test from 'ava'
import { Linter } from 'eslint'

import {
  ambientGlobals,
  ambientProperties,
  ambientSyntax,
  bareErrors,
} from '../../scripts/lint-rules.mjs'

const linter = new Linter()
const rules = {
  'no-restricted-globals': ['error', { globals: ambientGlobals, checkGlobalObject: true }],
  'no-restricted-properties': ['error', ...ambientProperties],
  'no-restricted-syntax': ['error', ...ambientSyntax, ...bareErrors],
}
const findings = (code) => linter.verify(code, [{ rules }])

test('what reaches time, chance, the process, threads or modules is found outside the platform', (t) => {
  for (const code of [
    'Date.now()',
    'new Date()',
    'Date()',
    'const { now } = Date',
    'Math.random()',
    'setTimeout(() => {}, 1)',
    'globalThis.setTimeout(() => {}, 1)',
    'const later = setImmediate',
    'queueMicrotask(() => {})',
    'performance.now()',
    'process.env.HOME',
    'console.log(1)',
    'crypto.randomUUID()',
    'fetch("http://localhost")',
    'new WeakRef({})',
    'new FinalizationRegistry(() => {})',
    'new MessageChannel()',
    'AbortSignal.timeout(5)',
    'await import("./a.js")',
    'import.meta.dirname',
    'new Function("return 1")',
  ]) {
    const [first] = findings(code)
    t.true(first?.message.includes('src/platform'), `${code}: ${first?.message}`)
  }
})

test('what only computes is let pass', (t) => {
  for (const code of [
    'new Date(0)',
    'Math.max(1, 2)',
    'clock.setTimeout(() => {}, 1)',
    'const f = (process) => process.id',
    'new URL("./worker.js", import.meta.url)',
    'structuredClone({})',
    'Buffer.from("a")',
  ]) {
    t.deepEqual(findings(code), [], code)
  }
})

test('an error without a code is found, a class of the house is not', (t) => {
  for (const code of ['throw new Error("x")', 'throw Error("x")', 'throw new RangeError("x")']) {
    t.true(findings(code)[0]?.message.includes('docs/errors.md'), code)
  }
  t.deepEqual(findings('throw new MailboxFullError("x")'), [])
  t.deepEqual(findings('class A extends Error {}'), [])
})
