import type { Disk } from '../../platform/index.ts'

/** The text that comes with the project. */
export const DEMO_TEXT: string = decodeURIComponent(
  new URL('../../../../examples/text/king-james-bible.txt', import.meta.url).pathname,
)

/**
 * Makes a text of about `sizeBytes` by stringing whole copies of `source` together, and answers with its
 * path in `directory`. A text of that size which is there already is left as it is.
 *
 * @param id of this process: others may make the same text at the same time
 * @throws TROUPE_PLATFORM_FILE_UNREADABLE, TROUPE_PLATFORM_FILE_UNWRITABLE
 */
export async function makeText(
  disk: Disk,
  source: string,
  directory: string,
  sizeBytes: number,
  id: string,
): Promise<{ readonly path: string; readonly copies: number; readonly sizeBytes: number }> {
  const text = await disk.readFile(source)
  const copies = Math.max(1, Math.round(sizeBytes / text.length))
  const path = `${directory}/text-${String(copies)}-copies.txt`
  const wanted = copies * text.length
  if ((await disk.stat(path))?.sizeBytes !== wanted) {
    await disk.makeDirectory(directory)
    const part = `${path}.${id}.part`
    // Written aside and renamed, so that a text is whole wherever it stands.
    const file = await disk.create(part)
    for (let i = 0; i < copies; i++) await file.append(text)
    await file.close()
    await disk.rename(part, path)
  }
  return { path, copies, sizeBytes: wanted }
}
