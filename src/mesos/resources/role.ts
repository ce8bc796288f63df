/**
 * What is wrong with `role`, in the words of Mesos: a role is `'*'`, or names parted by `/`, none of them empty, `.`, `..`
 * or `*`, none starting with `-` or holding white space or a backspace. Undefined if nothing is.
 * @see docs/roles.md of Apache Mesos, "Invalid Role Names"
 */
export function roleProblem(role: string): string | undefined {
  if (role === '*') return undefined
  if (role.startsWith('/')) return `Role '${role}' cannot start with a slash`
  if (role.endsWith('/')) return `Role '${role}' cannot end with a slash`
  if (role.includes('//')) return `Role '${role}' cannot contain two adjacent slashes`
  if (role === '') return 'Role names cannot be the empty string'
  for (const name of role.split('/')) {
    if (name === '.' || name === '..' || name === '*') {
      return `Role '${role}' cannot include '${name}' as a component`
    }
    if (name.startsWith('-')) {
      return `Role component '${name}' is invalid because it starts with a dash`
    }
    if (/[\s\u0008\u007f]/.test(name)) {
      return `Role component '${name}' is invalid because it contains backspace or whitespace`
    }
  }
  return undefined
}

/** Whether `role` is a legal role. */
export function isRoleName(role: string): boolean {
  return roleProblem(role) === undefined
}

/** Whether `role` lies below `ancestor` in the tree of roles, as `a/b` below `a`. */
export function isBelow(role: string, ancestor: string): boolean {
  return role.startsWith(`${ancestor}/`)
}
