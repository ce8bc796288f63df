/** Tests an actor's path, whole (`troupe://name/user/a`) or from the root (`/user/a`). */
export type PathTest = (path: string) => boolean

/** A test for the words of `MessageMatch.actor`. A whole path as pattern fits only that system. */
export function pathPattern(pattern: string): PathTest {
  const [first = '', ...names] = pattern.split('/')
  const rest = names.map((name) =>
    name === '**' ? '(?:/[^/]+)+' : `/${expression(name, '[^/]*')}`,
  )
  const test = new RegExp(`^${expression(first, '[^/]*')}${rest.join('')}$`)
  const isWhole = pattern.startsWith(SCHEME)
  return (path) => test.test(isWhole ? path : fromRoot(path))
}

/** A test for one word, where `*` stands for any characters. */
export function wordPattern(pattern: string): (word: string) => boolean {
  const test = new RegExp(`^${expression(pattern, '.*')}$`)
  return (word) => test.test(word)
}

/** What a message says it is: its `type`, or the name of its JavaScript type (`string`, `object`). */
export function typeOfMessage(message: unknown): string {
  if (typeof message !== 'object' || message === null) return typeof message
  const type = (message as { readonly type?: unknown }).type
  return typeof type === 'string' ? type : 'object'
}

const SCHEME = 'troupe://'

function fromRoot(path: string): string {
  if (!path.startsWith(SCHEME)) return path
  const slash = path.indexOf('/', SCHEME.length)
  return slash < 0 ? '/' : path.slice(slash)
}

function expression(text: string, anything: string): string {
  return text
    .split('*')
    .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join(anything)
}
