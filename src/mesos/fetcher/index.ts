/**
 * The fetcher: has the files that a command names (`CommandInfo.uris`) in its sandbox before the command starts.
 *
 * {@link fetcherBehavior} is an actor, one per agent, with a child for each container that is being fetched for.
 * {@link fetchedContainer} puts it before a containerizer: a container whose command names URIs starts once they are there, and
 * fails to start if one is not to be had. Files come by http and https, with redirects, or from this machine (`file://`, plain
 * paths); archives are unpacked by `tar`, `gzip` and `unzip`. With `cache` a file is kept on the agent, and fetched once however many ask
 * for it at the same time; what nobody uses is let go, longest unused first, when room is needed.
 *
 * Guarantees: nothing is written outside the sandbox and the cache; what was done, and why something failed, is in the sandbox'
 * `stderr`; a fetch whose container is not wanted any more ends.
 *
 * Words: *item* — one URI of a command; *run* — all of them for one container; *entry* — a file in the cache.
 *
 * @see docs/fetcher.md, launcher/fetcher.cpp, slave/containerizer/fetcher.cpp of Apache Mesos
 */
export { fetchedContainer } from './fetched-container.ts'
export { fetcherBehavior } from './fetcher.ts'
export { newFetcherAccount } from './options.ts'
export type { FetcherAccount, FetcherOptions } from './options.ts'
export type { Fetched, FetcherMessage } from './protocol.ts'
