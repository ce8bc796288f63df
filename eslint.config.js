// Lint rules: type-aware checks everywhere, and in src the two rules of the house that a reader can't see
// at a glance: ambient things stand only in src/platform, and errors are coded. See CONTRIBUTING.md.
import { builtinModules } from 'node:module'

import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

import {
  ambientGlobals,
  ambientProperties,
  ambientSyntax,
  bareErrors,
  pureModules,
} from './scripts/lint-rules.mjs'

const ambientModules = builtinModules
  .filter((name) => !name.startsWith('_'))
  .flatMap((name) => (name.startsWith('node:') ? [name] : [name, `node:${name}`]))
  .filter((name) => !pureModules.includes(name))

export default defineConfig(
  { ignores: ['build/', 'coverage/', 'node_modules/', '.cache/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['{src,test,bench,examples}/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'all' },
      ],
      // What was caught is unknown, and is passed on as it came.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // `'inherit' | string` says more than `string`.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
      // An async function without await is how a port's method of type Promise is written.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'max-lines': ['error', 400],
      'no-restricted-syntax': ['error', ...bareErrors],
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/platform/**'],
    rules: {
      'no-restricted-globals': ['error', { globals: ambientGlobals, checkGlobalObject: true }],
      'no-restricted-properties': ['error', ...ambientProperties],
      'no-restricted-syntax': ['error', ...bareErrors, ...ambientSyntax],
      'no-restricted-imports': [
        'error',
        {
          paths: ambientModules.map((name) => ({
            name,
            message: 'Node itself is reached through a port of src/platform.',
          })),
        },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'test', property: 'only', message: 'It hides all other tests of the file.' },
        { object: 'test', property: 'failing', message: 'Mend it, or leave it out.' },
      ],
    },
  },
)
