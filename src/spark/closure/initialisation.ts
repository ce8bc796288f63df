import type { CapturePass } from './capture-pass.ts'
import type { Subject } from './function-capture.ts'
import type { FreeName } from './references.ts'
import type { Resolved, Script } from './script.ts'
import { isFunction, nodesAround, type AnyNode } from './syntax.ts'
import type { Trail } from './trail.ts'

/**
 * Tells `undefined` from not yet initialised, which the engine shows alike.
 *
 * Certain when the initialiser can't give undefined. Else the running functions tell: where one of them stands
 * before the declaration in the scope that declares it, its line has not run yet. (Code that waits at an
 * `await` before the declaration is not seen.)
 *
 * @throws TROUPE_CLOSURE_UNINITIALISED
 */
export function checkInitialised(
  pass: CapturePass,
  { script }: Subject,
  free: FreeName,
  resolved: Resolved,
  trail: Trail,
): void {
  const { binding } = resolved
  if (binding.kind === 'import' || binding.kind === 'given' || binding.kind === 'function') return
  const isCertain =
    !script.assigns(free.name) &&
    (binding.kind === 'class' || (isWhole(binding) && isDefined(binding.node.init ?? undefined)))
  const isLexical = binding.kind !== 'var' || binding.node.init
  if (!isCertain && !(isLexical && isRunningBefore(pass, script, resolved))) return
  throw pass.refusal('TROUPE_CLOSURE_UNINITIALISED', trail, {
    what: `${free.name} has no value yet where the function is captured`,
    wayOut: `Move its declaration (${script.place(binding.node.start)}) before the call`,
    place: script.place(free.offset),
  })
}

/** `const name = …`, not taken out of something. */
function isWhole(binding: Resolved['binding']): boolean {
  return 'path' in binding && binding.path?.length === 0
}

/** Whether an expression can never be undefined. */
function isDefined(node: AnyNode | undefined): boolean {
  switch (node?.type) {
    case 'Literal':
    case 'TemplateLiteral':
    case 'ObjectExpression':
    case 'ArrayExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
    case 'ClassExpression':
    case 'NewExpression':
    case 'BinaryExpression':
    case 'UpdateExpression':
      return true
    case 'UnaryExpression':
      return node.operator !== 'void'
    case 'ConditionalExpression':
      return isDefined(node.consequent) && isDefined(node.alternate)
    case 'LogicalExpression':
      return isDefined(node.right) && (node.operator !== '&&' || isDefined(node.left))
    case 'AssignmentExpression':
      return node.operator === '=' && isDefined(node.right)
    default:
      return false
  }
}

function isRunningBefore(pass: CapturePass, script: Script, { binding }: Resolved): boolean {
  const home = nodesAround(script.program, binding.node.start)
    .filter((node) => isFunction(node) || node.type === 'Program')
    .at(-1)
  return pass.tools.inspector.callers().some(({ url, line, column }) => {
    if (url !== script.text.url) return false
    const offset = script.offsetOf({ line, column })
    if (offset >= binding.node.end) return false
    const around = nodesAround(script.program, offset)
    return around.filter((node) => isFunction(node) || node.type === 'Program').at(-1) === home
  })
}
