import type { Attribute } from '../../mesos/index.ts'
import { invalidArgument } from '../errors.ts'

/** For each attribute that an agent must have the values of which it needs one; none where any will do. */
export type Constraints = ReadonlyMap<string, readonly string[]>

/**
 * Reads `os:centos7;zone:us-east-1a,us-east-1b;ssd:`: attributes with their values.
 *
 * @throws TROUPE_SPARK_ARGUMENT_INVALID
 * @see MesosSchedulerUtils.scala of Spark, parseConstraintString
 */
export function parseConstraints(key: string, text: string): Constraints {
  const constraints = new Map<string, readonly string[]>()
  for (const part of text.split(';').map((one) => one.trim())) {
    if (part === '') continue
    const at = part.indexOf(':')
    const name = (at < 0 ? part : part.slice(0, at)).trim()
    if (name === '' || constraints.has(name)) {
      throw invalidArgument(key, text, 'attributes with values, such as os:centos7;zone:a,b')
    }
    const values = at < 0 ? [] : part.slice(at + 1).split(',')
    constraints.set(
      name,
      values.map((one) => one.trim()).filter((one) => one !== ''),
    )
  }
  return constraints
}

/** Why an agent with these attributes will not do, if so. */
export function unmetConstraint(
  constraints: Constraints,
  attributes: readonly Attribute[],
): string | undefined {
  for (const [name, values] of constraints) {
    const attribute = attributes.find((one) => one.name === name)
    if (attribute === undefined) return `the agent has no attribute ${name}`
    if (values.length > 0 && !hasOne(attribute, values)) {
      return `attribute ${name} of the agent is none of ${values.join(', ')}`
    }
  }
  return undefined
}

/** A number must be one of them or more, ranges are to hold one, a text is to be one. */
function hasOne(attribute: Attribute, values: readonly string[]): boolean {
  switch (attribute.type) {
    case 'SCALAR':
      return values.some((one) => Number(one) <= attribute.scalar.value)
    case 'RANGES':
      return values.some((one) =>
        attribute.ranges.range.some(({ begin, end }) => Number(one) >= begin && Number(one) <= end),
      )
    case 'TEXT':
      return values.includes(attribute.text.value)
  }
}
