/**
 * Whether `role` is a legal role: `'*'`, or names parted by `/`, none of them empty, `.` or `..`, none starting
 * with `-` or holding white space or a backspace.
 * @see docs/roles.md of Apache Mesos, "Invalid Role Names"
 */
export function isRoleName(role: string): boolean {
  if (role === '*') return true
  return role
    .split('/')
    .every(
      (name) =>
        name !== '' &&
        name !== '.' &&
        name !== '..' &&
        name !== '*' &&
        !name.startsWith('-') &&
        !/[\s\u0008]/.test(name),
    )
}
