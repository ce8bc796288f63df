/** HDFS, by the HTTP of its servers. */
export { Hdfs } from './hdfs.ts'
export { hdfsSettings } from './settings.ts'
export type { HdfsSettings } from './settings.ts'
