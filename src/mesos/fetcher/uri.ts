import type { CommandUri } from '../protocol/index.ts'

/** Where the bytes of a URI are. */
export type Source =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'net'; readonly url: string }
  | { readonly type: 'refused'; readonly problem: string }

const ILLEGAL = /[\\'\0]/

/** Why a URI can't be one, whatever it leads to; undefined if it can. */
export function uriProblem({ value, output_file }: CommandUri): string | undefined {
  const name = fileNameOf(value)
  if ('problem' in name) return name.problem
  if (output_file === undefined) return undefined
  if (ILLEGAL.test(output_file)) return 'Illegal characters in URI output file'
  const parts = output_file.split('/')
  const isOutside = output_file.startsWith('/') || parts.includes('..')
  if (isOutside) return 'URI output file must be within the sandbox directory'
  const last = parts.at(-1)
  return last === '' || last === '.' ? `URI output file '${output_file}' names no file` : undefined
}

/** The name that a file has in the sandbox unless the URI says another. */
export function fileNameOf(uri: string): { readonly name: string } | { readonly problem: string } {
  if (ILLEGAL.test(uri)) return { problem: 'Illegal characters in URI' }
  const at = uri.indexOf('://')
  const path = at > 1 ? uri.slice(at + 3) : uri
  const slash = path.indexOf('/')
  if (at > 1 && (slash < 0 || path.length <= slash + 1)) {
    return { problem: `Malformed URI (missing path): ${uri}` }
  }
  // Of a path the slashes at its end count for nothing, of a URL they do.
  const name = (at > 1 ? path : path.replace(/\/+$/, '')).split('/').at(-1) ?? ''
  const isNone = name === '' || name === '.' || name === '..'
  return isNone ? { problem: `Malformed URI (missing file name): ${uri}` } : { name }
}

/** Finds where a URI leads; relative paths begin at `frameworksHome`. */
export function sourceOf(given: string, frameworksHome: string | undefined): Source {
  const uri = given.trimStart()
  if (/^https?:\/\//i.test(uri)) return { type: 'net', url: uri }
  const isFile = uri.startsWith('file://')
  if (!isFile && uri.includes('://')) {
    const scheme = uri.slice(0, uri.indexOf('://'))
    return {
      type: 'refused',
      problem: `There is no way to fetch by '${scheme}'; there is by http, https and file`,
    }
  }
  const path = uri.replace(/^file:\/\/localhost/, '').replace(/^file:\/\//, '')
  if (path.startsWith('/')) return { type: 'file', path }
  if (isFile) return { type: 'refused', problem: 'File URI only supports absolute paths' }
  if (frameworksHome === undefined || frameworksHome === '') {
    const problem =
      'A relative path was passed for the resource but the Mesos framework home was not specified. ' +
      'Please either provide this config option or avoid using a relative path'
    return { type: 'refused', problem }
  }
  return { type: 'file', path: `${frameworksHome.replace(/\/+$/, '')}/${path}` }
}
