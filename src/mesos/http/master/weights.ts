import type { HttpRequest } from '../../../platform/index.ts'
import type { WeightInfo } from '../../master/index.ts'
import { jsonReply, textReply, wrongMethod } from '../answers.ts'
import { readJsonText, type MessageValue } from '../wire/index.ts'
import { weightsJson } from './roles.ts'
import type { Route } from './routes.ts'

/** `/weights`: GET shows those that were set; PUT sets some, given as a list of `{role, weight}`. */
export function weightsRoute(request: HttpRequest): Route {
  switch (request.method) {
    case 'GET':
      return { type: 'answer', answer: (view) => jsonReply(weightsJson(view)) }
    case 'PUT':
      return setRoute(request)
    default:
      return { type: 'reply', reply: wrongMethod(['GET', 'PUT'], request.method) }
  }
}

/** Sets weights of roles. */
export function setWeights(given: readonly MessageValue[]): Route {
  const weight_infos = weightInfos(given)
  return {
    type: 'update',
    needs: weight_infos.map(({ role }) => ({ action: 'update_weights', object: role })),
    update: (replyTo) => ({ type: 'update-weights', weight_infos, replyTo }),
  }
}

/** A role that is not named is the empty one, which is none. */
function weightInfos(given: readonly MessageValue[] = []): readonly WeightInfo[] {
  return given.map(({ role, weight }) => ({
    role: typeof role === 'string' ? role : '',
    weight: typeof weight === 'number' ? weight : 0,
  }))
}

function setRoute(request: HttpRequest): Route {
  const text = new TextDecoder().decode(request.body)
  const read = readJsonText(text)
  if (!read.ok || !Array.isArray(read.value)) {
    const why = read.ok ? 'Unexpected JSON type parsed' : read.problem
    const refusal = `Failed to parse update weights request JSON '${text}': ${why}`
    return { type: 'reply', reply: textReply(400, refusal) }
  }
  return setWeights((read.value as readonly unknown[]).filter(isObject))
}

function isObject(value: unknown): value is MessageValue {
  return typeof value === 'object' && value !== null
}
