import { SparkError } from '../errors.ts'
import { TaskContext } from '../rdd/index.ts'

/** The way of a task to the files that `sc.addFile` and `sc.addArchive` have handed over. */
export const SparkFiles: {
  /**
   * The absolute path of a file that was added, by its name; of an archive, that of the directory with what was in it.
   *
   * @throws TROUPE_SPARK_NOT_IN_TASK
   */
  get(fileName: string): string
  /** The directory of all of them. @throws TROUPE_SPARK_NOT_IN_TASK */
  getRootDirectory(): string
} = {
  get: (fileName) => `${rootOf('SparkFiles.get')}/${fileName}`,
  getRootDirectory: () => rootOf('SparkFiles.getRootDirectory'),
}

function rootOf(method: string): string {
  const context = TaskContext.get()
  if (context !== undefined) return context.filesDirectory
  throw new SparkError(
    'TROUPE_SPARK_NOT_IN_TASK',
    `${method} was called outside of a task: files that were added lie with the executors, and on the driver where they were added ` +
      'from. Call it in the function that reads the file',
    { data: { method } },
  )
}
