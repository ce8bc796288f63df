// Tests run on compiled output (`npm test` builds first); see CONTRIBUTING.md, "How tests run".
export default {
  files: ['build/test/**/*.test.js'],
  workerThreads: false,
  nodeArguments: ['--enable-source-maps'],
  timeout: '60s',
}
