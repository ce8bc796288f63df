/**
 * `spark-shell`: TypeScript that is typed line by line, with a SparkContext at hand.
 *
 * Every statement is compiled alone and runs within the session's variables, so that later lines see, and may declare anew, what
 * earlier ones have declared; `await` may stand anywhere. Functions that are typed here travel to executors as those of programs do,
 * with the variables, functions, classes and imports of earlier lines.
 *
 * Guarantees: the session's names shadow those of the program around it, and touch none of them; a statement that fails declares
 * nothing; Ctrl-C ends jobs before it ends the shell; on the way out the context is stopped.
 *
 * Words: *text*, what was typed or is in a file; *statement*, a part of it that is run at once; *session*, the variables.
 */
export { runShell, shellProgram } from './shell.ts'
export type { ShellOptions } from './shell.ts'
