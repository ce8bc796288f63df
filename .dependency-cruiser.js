// Which folder may import which. The floor plan is in CONTRIBUTING.md, "The floor plan".

/** For each folder of src: the folders below it. Planned, and not there yet: console. */
const floors = {
  platform: [],
  actors: ['platform'],
  supervision: ['platform', 'actors'],
  ingest: ['platform', 'actors', 'supervision'],
  mesos: ['platform', 'actors', 'supervision'],
  spark: ['platform', 'actors', 'supervision', 'mesos'],
  throttler: ['platform', 'actors', 'supervision', 'mesos'],
  console: ['platform', 'actors', 'supervision', 'mesos', 'spark'],
  cli: ['platform', 'actors', 'supervision', 'ingest', 'mesos', 'spark', 'throttler', 'console'],
}

const direction = Object.entries(floors).map(([folder, below]) => ({
  name: `direction-${folder}`,
  comment: `src/${folder} stands on ${below.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${folder}/` },
  to: { path: '^src/', pathNot: `^src/(${[folder, ...below].join('|')})/` },
}))

export default {
  forbidden: [
    ...direction,
    {
      name: 'known-floors',
      comment: 'a new folder of src needs its place in the floor plan (.dependency-cruiser.js)',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${Object.keys(floors).join('|')})/` },
      to: {},
    },
    {
      name: 'front-doors',
      comment: 'a folder of src is entered from another one only by an index.ts',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: '^src/[^/]+/', pathNot: ['^src/$1/', '/index\\.ts$'] },
    },
    {
      name: 'package-front-doors',
      comment: 'the front door of the package, examples and benches enter folders by index.ts too',
      severity: 'error',
      from: { path: '^(src/[^/]+\\.ts$|examples/|bench/)' },
      to: { path: '^src/[^/]+/', pathNot: '/index\\.ts$' },
    },
    {
      name: 'one-way',
      comment: 'the product knows nothing of its tests, benches and examples',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|examples|scripts|build)/' },
    },
    {
      name: 'no-cycles',
      comment: 'folders that need each other at run time are one folder, or lack a third',
      severity: 'error',
      from: { path: '^(src/.+)/[^/]+$' },
      to: {
        circular: true,
        via: { pathNot: '^$1/[^/]+$' },
        viaOnly: { dependencyTypesNot: ['type-only'] },
      },
    },
    {
      name: 'no-development-packages',
      comment: 'the product runs without the development packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^build/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
}
