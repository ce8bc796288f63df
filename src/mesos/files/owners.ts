import type { Disk } from '../../platform/index.ts'

/** Names of users and groups by their numbers; who has no name goes by the number. */
export interface Owners {
  userName(id: number): string
  groupName(id: number): string
}

/** Reads who there is on this machine. @see passwd(5), group(5) */
export async function ownersOf(disk: Disk): Promise<Owners> {
  const [users, groups] = await Promise.all([
    namesIn(disk, '/etc/passwd'),
    namesIn(disk, '/etc/group'),
  ])
  return {
    userName: (id) => users.get(id) ?? String(id),
    groupName: (id) => groups.get(id) ?? String(id),
  }
}

async function namesIn(disk: Disk, path: string): Promise<ReadonlyMap<number, string>> {
  const names = new Map<number, string>()
  if ((await disk.stat(path)) === undefined) return names
  const text = new TextDecoder().decode(await disk.readFile(path))
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':')
    if (name !== '' && /^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name)
  }
  return names
}
