/**
 * The registry of configuration: every `spark.*` key that exists, with its parser, its default and a line of documentation.
 *
 * {@link confValue} is the one way to read a key. A key is added where its room's are (`core-keys.ts`, `scheduling-keys.ts`,
 * `storage-keys.ts`, `shuffle-keys.ts`), once there is something that reads it, and to the tables of docs/engine.md.
 *
 * Guarantees: a key has one parser and one default; a value that can't be read is refused with its key and what it
 * takes; keys that do not exist are told with the nearest that does.
 */
export { CONF_ENTRIES, checkConf, confValue } from './registry.ts'
export type { ConfValue, SparkConf } from './conf-entry.ts'
