/** Where this package imports itself from, by its name. */
export const ownUrl: string = import.meta.url

/** Whether a module is one of this package's, by the package's name: what a program that nobody has installed it for means as well. */
export function isOfOwnPackage(specifier: string): boolean {
  return /^troupe(?:\/|$)/.test(specifier)
}
