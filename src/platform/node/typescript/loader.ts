import { register } from 'node:module'

let isLoading = false

/** Lets this thread load modules of TypeScript from now on, and what they import. */
export function loadTypeScript(): void {
  if (isLoading) return
  isLoading = true
  register(new URL('./hooks.js', import.meta.url))
}

/** What `node --import` takes to load TypeScript from the first module on. */
export const typeScriptLoaderUrl: string = new URL('./register.js', import.meta.url).href
