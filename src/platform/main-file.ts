import type { Disk } from './disk.ts'

/** Whether a program is a file of TypeScript, or the folder of a package whose main file is one. */
export async function isTypeScript(disk: Disk, program: string): Promise<boolean> {
  if ((await disk.stat(program))?.isDirectory !== true) return /\.[cm]?ts$/.test(program)
  const manifest = `${program.replace(/\/+$/, '')}/package.json`
  if ((await disk.stat(manifest)) === undefined) return false
  const text = new TextDecoder().decode(await disk.readFile(manifest))
  return /"main"\s*:\s*"[^"]*\.[cm]?ts"/.test(text)
}
