import type { Environment } from '../../platform/index.ts'

/** The text that comes with the project. */
export const DEMO_TEXT: string = decodeURIComponent(
  new URL('../../../../examples/text/king-james-bible.txt', import.meta.url).pathname,
)

/** Whole texts, not those that another process is writing. */
const TEXT_NAME = /\/text-\d+-copies\.txt$/
/** Beside a text: the process that uses it. */
const USER_NAME = /^(.*\.txt)\.user-(\d+)$/

/**
 * Makes a text of about `sizeBytes` by stringing whole copies of `source` together, and answers with its
 * path in `directory`. A text of that size which is there already is left as it is; texts of other sizes that no process
 * uses are removed.
 *
 * @throws TROUPE_PLATFORM_FILE_UNREADABLE, TROUPE_PLATFORM_FILE_UNWRITABLE
 */
export async function makeText(
  { disk, processes, random }: Pick<Environment, 'disk' | 'processes' | 'random'>,
  source: string,
  directory: string,
  sizeBytes: number,
): Promise<{ readonly path: string; readonly copies: number; readonly sizeBytes: number }> {
  const text = await disk.readFile(source)
  const copies = Math.max(1, Math.round(sizeBytes / text.length))
  const path = `${directory}/text-${String(copies)}-copies.txt`
  const wanted = copies * text.length
  await disk.makeDirectory(directory)
  await disk.writeFile(`${path}.user-${String(processes.pid)}`, new Uint8Array())
  if ((await disk.stat(path))?.sizeBytes !== wanted) {
    // Others may make the same text at the same time.
    const part = `${path}.${random.id()}.part`
    // Written aside and renamed, so that a text is whole wherever it stands.
    const file = await disk.create(part)
    for (let i = 0; i < copies; i++) await file.append(text)
    await file.close()
    await disk.rename(part, path)
  }
  await removeUnused({ disk, processes }, directory)
  return { path, copies, sizeBytes: wanted }
}

async function removeUnused(
  { disk, processes }: Pick<Environment, 'disk' | 'processes'>,
  directory: string,
): Promise<void> {
  const paths = (await disk.list(directory)).map((file) => file.path)
  const used = new Set<string>()
  for (const path of paths) {
    const [, text = '', pid] = USER_NAME.exec(path) ?? []
    if (pid === undefined) continue
    if (processes.isAlive(Number(pid))) used.add(text)
    else await disk.remove(path)
  }
  for (const path of paths) if (TEXT_NAME.test(path) && !used.has(path)) await disk.remove(path)
}
