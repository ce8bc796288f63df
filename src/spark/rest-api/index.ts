/**
 * The REST API of an application, or of those whose event logs there are, in the form of Spark's: `/api/v1`.
 *
 * Guarantees: paths, parameters, names of fields, dates and the texts of refusals are those of Spark 4.3; a field that has
 * no value is left out; nothing here changes what it tells of; values of keys that look like secrets are not told.
 *
 * Words: *root*, what an API tells of; *form*, how one thing is told (`forms`).
 *
 * @see org.apache.spark.status.api.v1 in Spark
 */
export type { ApplicationSummary } from './forms/application.ts'
export type { OpenApplication, RestRoot } from './rest-root.ts'
export { RestServer } from './rest-server.ts'
export type { RestPlace } from './rest-server.ts'
