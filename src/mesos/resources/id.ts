const LONGEST = 255

/**
 * What is wrong with an id that becomes a name of files, in the words of Mesos; undefined if nothing is.
 * @see common/validation.cpp of Apache Mesos, `validateID`
 */
export function idProblem(id: string): string | undefined {
  if (id === '') return 'ID must not be empty'
  if (id.length > LONGEST) return `ID must not be greater than ${LONGEST} characters`
  if (id === '.' || id === '..') return `'${id}' is disallowed`

  return /[\u0000-\u001f\u007f/\\]/.test(id) ? `'${id}' contains invalid characters` : undefined
}
