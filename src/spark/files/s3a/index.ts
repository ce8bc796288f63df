/** Object stores that speak as S3 does. */
export { ObjectFiles } from './object-files.ts'
export { bucketSettings } from './settings.ts'
export type { BucketSettings, S3aValues } from './settings.ts'
