/** The HTTP door of a run, for people and their scripts: how it stands, pause and go on, another rate, the end. */
export { openControlDoor } from './control-door.ts'
