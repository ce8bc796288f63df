import type { FileUrl } from '../url.ts'

/** How HDFS is reached, by Hadoop's keys. Plain data. */
export interface HdfsSettings {
  /** `dfs.namenode.http-address`: where a namenode that is no nameservice answers; port 9870 of its own host otherwise. */
  readonly httpAddress: string | undefined
  /** nameservice → the HTTP addresses of its namenodes, whichever is active */
  readonly nameservices: Readonly<Record<string, readonly string[]>>
  /** `user.name` of every request; undefined: whom the server takes for one without a name. */
  readonly userName: string | undefined
}

/** Of a namenode's HTTP server, where no key says otherwise. */
const HTTP_PORT = 9870

/**
 * Reads the keys of HDFS, which stand without `spark.hadoop.`.
 *
 * @see hdfs-default.xml
 */
export function hdfsSettings(
  keys: ReadonlyMap<string, string>,
  userName: string | undefined,
): HdfsSettings {
  const names = listOf(keys.get('dfs.nameservices'))
  const nameservices = names.map((name) => {
    const namenodes = listOf(keys.get(`dfs.ha.namenodes.${name}`))
    const suffixes = namenodes.length === 0 ? [name] : namenodes.map((one) => `${name}.${one}`)
    const addresses = suffixes.flatMap((suffix) => {
      const address = keys.get(`dfs.namenode.http-address.${suffix}`)
      return address === undefined ? [] : [address]
    })
    return [name, addresses] as const
  })
  return {
    httpAddress: keys.get('dfs.namenode.http-address'),
    nameservices: Object.fromEntries(nameservices.filter(([, addresses]) => addresses.length > 0)),
    userName,
  }
}

/** The HTTP addresses of the namenodes that a URL means; more than one of a nameservice. */
export function namenodesOf(settings: HdfsSettings, url: FileUrl): readonly string[] {
  const { nameservices, httpAddress } = settings
  const ofService = Object.hasOwn(nameservices, url.authority)
    ? nameservices[url.authority]
    : undefined
  if (ofService !== undefined) return ofService
  if (url.scheme === 'webhdfs') {
    return [/:\d+$/.test(url.authority) ? url.authority : `${url.authority}:${HTTP_PORT}`]
  }
  const host = url.authority.replace(/:\d+$/, '')
  if (httpAddress === undefined) return [`${host}:${HTTP_PORT}`]
  // As a server writes where it listens: on all its addresses.
  return [httpAddress.replace(/^0\.0\.0\.0:/, `${host}:`)]
}

function listOf(text = ''): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
