/**
 * Files that a node shows: those below the roots it names, by their own paths and by others (_virtual_ paths).
 *
 * {@link sandboxRoots} are the sandboxes of an agent. {@link listFiles} and {@link openFile} answer with what is there, or
 * why not, in the words of Mesos.
 *
 * Guarantee: whatever a path says, and wherever links lead, nothing outside its root is shown.
 *
 * @see files/files.cpp of Apache Mesos
 */
export { noRoots, sandboxRoots } from './roots.ts'
export type { FileRoots, SeesSandboxes } from './roots.ts'
export { listFiles, openFile, readPart } from './shown-files.ts'
export type { FilesProblem, OpenedFile, ShownFile } from './shown-files.ts'
