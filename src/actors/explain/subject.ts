/**
 * What decisions are about, in two or three words: kind, id, scope, such as `job 0 app-3f…`, `task 1.0/3 app-3f…`,
 * `offer 7a…-O3`, `actor /user/master master`. A question may leave the scope out: `job 0` means that of any
 * application. No word holds white space.
 */
export type Subject = string

/** The subject of that kind and id; within `scope` where ids are not unique by themselves. */
export function subject(kind: string, id: string | number, scope?: string): Subject {
  return scope === undefined ? `${kind} ${id}` : `${kind} ${id} ${scope}`
}

/** The subject that an actor is, by its path: `troupe://system/user/a`, or `/user/a` for that of any system. */
export function actorSubject(path: string): Subject {
  const match = /^troupe:\/\/([^/]*)(\/.*)$/.exec(path)
  const [, system, local] = match ?? []
  return system === undefined || local === undefined
    ? `actor ${path}`
    : `actor ${local.length > 1 ? local.replace(/\/$/, '') : local} ${system}`
}

/** The subject that somebody means who says `job 0`, `job:0`, a path, or the whole of it. */
export function readSubject(text: string): Subject {
  const words = String(text).trim().replace(/\s+/g, ' ')
  if (/^(troupe:\/)?\//.test(words)) return actorSubject(words)
  const [, kind, rest] = /^([a-z]+)[ :](.*)$/.exec(words) ?? []
  if (kind === undefined || rest === undefined) return words
  return kind === 'actor' ? actorSubject(rest) : `${kind} ${rest}`
}

/** Whether a decision about `about` answers a question after `wanted`. */
export function isMeant(wanted: Subject, about: Subject): boolean {
  return about === wanted || about.startsWith(`${wanted} `)
}
