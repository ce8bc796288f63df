import { openedScopes, scopesFor, type Scope } from './bindings.ts'
import {
  eachChild,
  hasStrictDirective,
  isClass,
  isFunction,
  type AnyNode,
  type ClassSyntax,
  type FunctionSyntax,
} from './syntax.ts'

/** A name that a function takes from outside itself. */
export interface FreeName {
  readonly name: string
  /** Offset of its first use. */
  readonly offset: number
  /** Offset of the first assignment to it, if there is one. */
  assignedAt: number | undefined
  /** Offset of the first assignment to a member of it. */
  memberAssignedAt: number | undefined
  /** Whether a class reads it while it is defined. */
  isRead: 'later' | 'in definition' | 'in heritage'
  /** The members used, when each use is `name.member`; undefined otherwise. */
  members: Set<string> | undefined
}

/** Something in a function that can't be taken out of its surroundings. */
export interface Obstacle {
  readonly kind:
    'this' | 'arguments' | 'new.target' | 'super' | 'eval' | 'with' | 'import.meta' | 'private name'
  readonly text: string
  readonly offset: number
}

/** A use of the `this` of the code around an arrow function. */
export interface ThisUse {
  readonly offset: number
  /** The members that are taken of it; undefined where it is used as a whole. */
  readonly members: readonly string[] | undefined
  /** Whether the member is assigned. */
  readonly isAssigned: boolean
}

export interface References {
  readonly names: readonly FreeName[]
  readonly obstacles: readonly Obstacle[]
  readonly outerThis: readonly ThisUse[]
}

/** What surrounds the node being visited. */
interface Surroundings {
  readonly scopes: readonly Scope[]
  /** Inside a function or class field of its own: `this`, `arguments` and `new.target` are bound. */
  readonly isBound: boolean
  /** Inside a method of a class or object within the root: `super` is bound. */
  readonly hasHome: boolean
  readonly privateNames: readonly ReadonlySet<string>[]
  readonly phase: FreeName['isRead']
}

/**
 * What the function or class takes from outside: only names that nothing inside declares. Nested functions
 * count.
 *
 * @param skipped nodes that will not be part of the source that travels
 * @param isMethod whether the `this` of the root itself, which is no arrow, counts as that of the code around it
 */
export function findReferences(
  root: FunctionSyntax | ClassSyntax,
  isStrict: boolean,
  skipped: ReadonlySet<AnyNode> = new Set(),
  isMethod = false,
): References {
  const finder = new ReferenceFinder(isStrict, skipped, root, isMethod)
  finder.visit(root, {
    scopes: [],
    isBound: false,
    hasHome: false,
    privateNames: [],
    phase: 'later',
  })
  const { names, obstacles, outerThis } = finder
  return { names: [...names.values()], obstacles, outerThis }
}

/** Whether code at `node`, whose surroundings are `isStrict`, is strict. */
export function isStrictInside(node: AnyNode, isStrict: boolean): boolean {
  if (isStrict || isClass(node)) return true
  if (node.type === 'Program') return node.sourceType === 'module' || hasStrictDirective(node.body)
  return (
    isFunction(node) && node.body.type === 'BlockStatement' && hasStrictDirective(node.body.body)
  )
}

class ReferenceFinder {
  readonly names: Map<string, FreeName> = new Map()
  readonly obstacles: Obstacle[] = []
  readonly outerThis: ThisUse[] = []
  readonly #isStrict: boolean
  readonly #skipped: ReadonlySet<AnyNode>
  readonly #isMethod: boolean
  /** Whether what is around has a `this` to tell of. */
  readonly #hasOuterThis: boolean
  #root = true

  constructor(
    isStrict: boolean,
    skipped: ReadonlySet<AnyNode>,
    root: FunctionSyntax | ClassSyntax,
    isMethod: boolean,
  ) {
    this.#isStrict = isStrict
    this.#skipped = skipped
    this.#isMethod = isMethod
    this.#hasOuterThis = isMethod || root.type === 'ArrowFunctionExpression'
  }

  visit(node: AnyNode, at: Surroundings): void {
    if (this.#skipped.has(node)) return
    switch (node.type) {
      case 'Identifier':
        this.#use(node.name, node.start, at)
        return
      case 'ThisExpression':
        if (!at.isBound) this.#useThis(node, undefined)
        return
      case 'VariableDeclarator': {
        const members = at.isBound ? undefined : membersOfThis(node)
        if (node.init?.type !== 'ThisExpression' || members === undefined) break
        this.#useThis(node.init, members)
        this.visit(node.id, at)
        return
      }
      case 'Super':
        if (!at.hasHome) this.#refuse('super', 'super', node)
        return
      case 'MetaProperty':
        if (node.meta.name === 'import') this.#refuse('import.meta', 'import.meta', node)
        else if (!at.isBound) this.#refuse('new.target', 'new.target', node)
        return
      case 'WithStatement':
        this.#refuse('with', 'with', node)
        break
      case 'PrivateIdentifier':
        if (!at.privateNames.some((names) => names.has(node.name))) {
          this.#refuse('private name', `#${node.name}`, node)
        }
        return
      case 'CallExpression':
        if (node.callee.type === 'Identifier' && this.#isFree('eval', at)) {
          if (node.callee.name === 'eval') this.#refuse('eval', 'eval(…)', node)
        }
        break
      case 'MemberExpression':
        this.#visitMember(node, at)
        return
      case 'AssignmentExpression':
        this.#assign(node.left, at)
        break
      case 'UpdateExpression':
        this.#assign(node.argument, at)
        break
      case 'ForInStatement':
      case 'ForOfStatement':
        if (node.left.type !== 'VariableDeclaration') this.#assign(node.left, at)
        break
      case 'Property':
        // `{ name }` holds the same node twice.
        if (node.computed) this.visit(node.key, at)
        if (isFunction(node.value) && (node.method || node.kind !== 'init')) {
          this.visit(node.value, { ...at, hasHome: true })
        } else this.visit(node.value, at)
        return
      case 'LabeledStatement':
        this.visit(node.body, at)
        return
      case 'BreakStatement':
      case 'ContinueStatement':
        return
      default:
        if (isFunction(node)) return this.#visitFunction(node, at)
        if (isClass(node)) return this.#visitClass(node, at)
    }
    this.#visitChildren(node, at)
  }

  #visitChildren(node: AnyNode, at: Surroundings): void {
    if (openedScopes(node).length === 0) {
      eachChild(node, (child) => {
        this.visit(child, at)
      })
      return
    }
    eachChild(node, (child) => {
      this.visit(child, { ...at, scopes: [...at.scopes, ...scopesFor(node, child)] })
    })
  }

  #visitFunction(node: FunctionSyntax, at: Surroundings): void {
    const isOpen = node.type === 'ArrowFunctionExpression' || (this.#root && this.#isMethod)
    this.#root = false
    const inside: Surroundings = {
      ...at,
      isBound: at.isBound || !isOpen,
      // A plain function has no home of its own; a method was given one where its property was visited.
      hasHome: at.hasHome,
    }
    for (const child of [...node.params, node.body]) {
      const scopes = [...at.scopes, ...scopesFor(node, child)]
      // The body's own block adds nothing: its names are in the function's third scope.
      if (child === node.body && child.type === 'BlockStatement') {
        for (const statement of child.body) this.visit(statement, { ...inside, scopes })
      } else this.visit(child, { ...inside, scopes })
    }
  }

  #visitClass(node: ClassSyntax, at: Surroundings): void {
    const isRoot = this.#root
    this.#root = false
    const scopes = [...at.scopes, ...openedScopes(node)]
    const phase = (own: FreeName['isRead']): FreeName['isRead'] => (isRoot ? own : at.phase)
    if (node.superClass) {
      this.visit(node.superClass, { ...at, scopes, phase: phase('in heritage') })
    }
    const names = new Set<string>()
    for (const member of node.body.body) {
      if (member.type !== 'StaticBlock' && member.key.type === 'PrivateIdentifier') {
        names.add(member.key.name)
      }
    }
    const privateNames = [...at.privateNames, names]
    const outside: Surroundings = { ...at, scopes, privateNames, phase: phase('in definition') }
    for (const member of node.body.body) {
      const isStatic = member.type === 'StaticBlock' || member.static
      const inside: Surroundings = {
        ...outside,
        isBound: true,
        hasHome: true,
        phase: isStatic ? outside.phase : 'later',
      }
      if (member.type === 'StaticBlock') this.#visitChildren(member, inside)
      else {
        if (member.computed) this.visit(member.key, outside)
        if (member.value) {
          const isMethod = member.type === 'MethodDefinition'
          this.visit(member.value, isMethod ? { ...inside, phase: 'later' } : inside)
        }
      }
    }
  }

  #visitMember(node: Extract<AnyNode, { type: 'MemberExpression' }>, at: Surroundings): void {
    const { object, property, computed } = node
    if (!computed && object.type === 'Identifier' && property.type === 'Identifier') {
      this.#use(object.name, object.start, at, property.name)
      return
    }
    if (
      object.type === 'ThisExpression' &&
      !at.isBound &&
      !computed &&
      property.type === 'Identifier'
    ) {
      this.#useThis(object, [property.name])
      return
    }
    this.visit(object, at)
    if (computed || property.type === 'PrivateIdentifier') this.visit(property, at)
  }

  /** Records which free names a target writes to; the target itself is visited as any expression. */
  #assign(target: AnyNode, at: Surroundings): void {
    switch (target.type) {
      case 'Identifier': {
        if (!this.#isFree(target.name, at)) return
        this.#use(target.name, target.start, at)
        const free = this.names.get(target.name)
        if (free !== undefined) free.assignedAt ??= target.start
        return
      }
      case 'ObjectPattern':
        for (const property of target.properties) {
          this.#assign(property.type === 'RestElement' ? property.argument : property.value, at)
        }
        return
      case 'ArrayPattern':
        for (const item of target.elements) if (item) this.#assign(item, at)
        return
      case 'AssignmentPattern':
        this.#assign(target.left, at)
        return
      case 'RestElement':
        this.#assign(target.argument, at)
        return
      case 'MemberExpression': {
        if (target.object.type === 'ThisExpression' && !at.isBound)
          this.#useThis(target.object, [], true)
        if (target.object.type !== 'Identifier' || !this.#isFree(target.object.name, at)) return
        this.#use(target.object.name, target.start, at)
        const free = this.names.get(target.object.name)
        if (free !== undefined) free.memberAssignedAt ??= target.start
        return
      }
      default:
    }
  }

  #use(name: string, offset: number, at: Surroundings, member?: string): void {
    if (!this.#isFree(name, at)) return
    if (name === 'arguments' && !at.isBound) {
      this.obstacles.push({ kind: 'arguments', text: 'arguments', offset })
      return
    }
    let free = this.names.get(name)
    if (free === undefined) {
      free = {
        name,
        offset,
        assignedAt: undefined,
        memberAssignedAt: undefined,
        isRead: 'later',
        members: new Set(),
      }
      this.names.set(name, free)
    }
    if (member === undefined) free.members = undefined
    else free.members?.add(member)
    if (rank(at.phase) > rank(free.isRead)) free.isRead = at.phase
  }

  #isFree(name: string, at: Surroundings): boolean {
    return !at.scopes.some((scope) => isVisible(scope, name, this.#isStrict))
  }

  #useThis(
    node: AnyNode,
    members: readonly string[] | undefined,
    isAssigned: boolean = false,
  ): void {
    if (this.#hasOuterThis) this.outerThis.push({ offset: node.start, members, isAssigned })
    else this.#refuse('this', 'this', node)
  }

  #refuse(kind: Obstacle['kind'], text: string, { start }: AnyNode): void {
    this.obstacles.push({ kind, text, offset: start })
  }
}

/** Whether `scope` declares `name` for code that is, or is not, strict. */
export function isVisible(scope: Scope, name: string, isStrict: boolean): boolean {
  const binding = scope.get(name)
  return binding !== undefined && !(isStrict && binding.kind === 'function' && binding.isSloppy)
}

/** The members that `const { a, b: c } = this` takes; undefined for other patterns. */
function membersOfThis({
  id,
}: Extract<AnyNode, { type: 'VariableDeclarator' }>): readonly string[] | undefined {
  if (id.type !== 'ObjectPattern') return undefined
  const members: string[] = []
  for (const property of id.properties) {
    if (property.type === 'RestElement' || property.computed) return undefined
    if (property.key.type !== 'Identifier') return undefined
    members.push(property.key.name)
  }
  return members
}

function rank(phase: FreeName['isRead']): number {
  return ['later', 'in definition', 'in heritage'].indexOf(phase)
}
