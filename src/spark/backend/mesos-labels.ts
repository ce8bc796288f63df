import type { Label } from '../../mesos/index.ts'
import { invalidArgument } from '../errors.ts'

/**
 * Reads `team:web,shift:night\\:early`: words with values, a backslash before a comma or a colon that is part of one.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 * @see MesosProtoUtils.scala of Spark
 */
export function parseLabels(key: string, text: string): readonly Label[] {
  const parts = text.match(/(?:\\.|[^\\,])+/g) ?? []
  return parts.map((part) => {
    const [, name, value] = /^((?:\\.|[^\\:])+):((?:\\.|[^\\:])*)$/s.exec(part) ?? []
    if (name === undefined || value === undefined) {
      throw invalidArgument(key, text, 'labels with values, such as team:web,shift:night')
    }
    return { key: unescaped(name).trim(), value: unescaped(value).trim() }
  })
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gs, '$1')
}
