/** Keys whose values stay secret: Spark's default of `spark.redaction.regex`. */
const SECRET_KEY = /secret|password|token|access[.]?key/i
const REDACTED = '*********(redacted)'

/** Properties without the values that are nobody's business. */
export function redacted(
  properties: Iterable<readonly [name: string, value: string]>,
): Record<string, string> {
  const shown: [string, string][] = []
  for (const [name, value] of properties) {
    shown.push([name, SECRET_KEY.test(name) || SECRET_KEY.test(value) ? REDACTED : value])
  }
  return Object.fromEntries(shown)
}
