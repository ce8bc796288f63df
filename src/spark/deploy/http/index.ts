/**
 * What a standalone master says by HTTP, in Spark's forms: its state (`/json/`), and the REST protocol by which Spark's own
 * clients submit programs, ask for them and end them (`/v1/submissions/…`).
 */
export { openStateDoor, openSubmissionDoor } from './doors.ts'
export { killResponse, responseText, statusResponse } from './submissions.ts'
