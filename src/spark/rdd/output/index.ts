/**
 * Files as outputs: directories of parts, one for each partition, that are there as a whole or not at all.
 *
 * {@link writeOutput} makes the directory, runs the job and moves the parts in, `_SUCCESS` last; {@link writePart} writes one of them in
 * a task, where one try of several has the right to. {@link writeLines} and {@link writeObjects} say what is in a part;
 * {@link readObjects} is the way back.
 *
 * Guarantees: a directory that exists is refused and left as it is; a job that fails leaves nothing; a part is what one try
 * has written; an object file that is damaged or cut short is found out.
 */
export { readObjects, writeObjects } from './object-file.ts'
export { writeOutput, writePart } from './output-directory.ts'
export type { OutputProps, WrittenPart } from './output-directory.ts'
export { CODEC_EXTENSIONS, checkTextCodec, writeLines } from './text-part.ts'
export type { TextCodec } from './text-part.ts'
