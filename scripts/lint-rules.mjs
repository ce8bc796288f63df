/**
 * The words of the lint rule "ambient things stand only in src/platform", and of the rule on bare
 * errors (see eslint.config.js). The tests in test/scripts show what they let pass and what not.
 */

const port = 'Ask the Environment port of src/platform for it.'

/** Globals that reach time, chance, the process, the network, threads or the garbage collector. */
export const ambientGlobals = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
  'queueMicrotask',
  'performance',
  'PerformanceObserver',
  'process',
  'console',
  'crypto',
  'fetch',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'MessageChannel',
  'MessagePort',
  'BroadcastChannel',
  'Worker',
  'WeakRef',
  'FinalizationRegistry',
  'require',
  'navigator',
  'localStorage',
  'sessionStorage',
  'eval',
  'Function',
  'WebAssembly',
].map((name) => ({ name, message: port }))

/** Members of otherwise pure objects that do the same. */
export const ambientProperties = [
  ['Date', 'now'],
  ['Math', 'random'],
  ['AbortSignal', 'timeout'],
  ['Atomics', 'wait'],
  ['Atomics', 'waitAsync'],
].map(([object, property]) => ({ object, property, message: port }))

/** Forms of the language that do the same. */
export const ambientSyntax = [
  ['NewExpression[callee.name="Date"][arguments.length=0]', '`new Date()` reads the real clock.'],
  ['CallExpression[callee.name="Date"]', '`Date()` reads the real clock.'],
  ['ImportExpression', '`import()` loads modules.'],
  [
    'MemberExpression[object.type="MetaProperty"][property.name=/^(dirname|filename|resolve)$/]',
    'Files and modules are found by the platform.',
  ],
].map(([selector, reason]) => ({ selector, message: `${reason} ${port}` }))

/** Errors without a code, which nobody can look up or match. */
export const bareErrors = [
  {
    selector:
      ':matches(NewExpression, CallExpression)[callee.name=/^(Error|TypeError|RangeError|SyntaxError|ReferenceError|EvalError|URIError|AggregateError)$/]',
    message: "Throw a class of the folder's errors.ts, with its code in docs/errors.md.",
  },
]

/** Modules of Node that only compute. */
export const pureModules = ['node:buffer', 'node:util', 'node:util/types']
