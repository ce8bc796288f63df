import { createRequire } from 'node:module'
import { constants, Script, type ScriptOptions } from 'node:vm'
import { systemReason } from '../errors.ts'
import type { ScriptCompiler, ScriptOrigin } from '../script-compiler.ts'
import { loadTypeScript } from './typescript/loader.ts'

/** Compiles with `vm.Script`, in this thread's main context. */
export function nodeScriptCompiler(): ScriptCompiler {
  return {
    run: (source, origin) => scriptOf(source, origin).runInThisContext() as unknown,
    runInterruptibly: (source, origin) =>
      scriptOf(source, origin).runInThisContext({ breakOnSigint: true }) as unknown,
    isInterruption: (thrown) => systemReason(thrown) === 'ERR_SCRIPT_EXECUTION_INTERRUPTED',
    requireOf: (url) => createRequire(url),
  }
}

function scriptOf(source: string, { filename, line, column }: ScriptOrigin): Script {
  const options = { filename, lineOffset: line, columnOffset: column }
  // A script that can import keeps more alive: most don't.
  return /\bimport\b/.test(source) ? importingScript(source, options) : new Script(source, options)
}

/** A script that may call `import()`, of TypeScript too. */
function importingScript(source: string, options: ScriptOptions): Script {
  loadTypeScript()
  withoutWarning('vm.USE_MAIN_CONTEXT_DEFAULT_LOADER')
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER
  return new Script(source, { ...options, importModuleDynamically })
}

let isSilenced = false

/** Node tells once that this is new in it, when it is first used: that is nothing to whoever types. */
function withoutWarning(beginning: string): void {
  if (isSilenced) return
  isSilenced = true
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called on the process below
  const { emitWarning } = process
  process.emitWarning = (...args: unknown[]) => {
    if (String(args[0]).startsWith(beginning)) process.emitWarning = emitWarning
    else Reflect.apply(emitWarning, process, args)
  }
}
