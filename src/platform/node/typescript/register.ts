/** Imported before a program (`node --import`), it lets Node load TypeScript. */
import { loadTypeScript } from './loader.ts'

loadTypeScript()
