import { createRequire } from 'node:module'
import { Script } from 'node:vm'
import type { ScriptCompiler } from '../script-compiler.ts'

/** Compiles with `vm.Script`, in this thread's main context. */
export function nodeScriptCompiler(): ScriptCompiler {
  return {
    run(source, { filename, line, column }) {
      const script = new Script(source, { filename, lineOffset: line, columnOffset: column })
      return script.runInThisContext() as unknown
    },
    requireOf: (url) => createRequire(url),
  }
}
