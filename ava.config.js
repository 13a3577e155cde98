// Test files share most of what they load: compiled once, not two hundred times. Coverage wants every function compiled anew.
const compiled = new URL('node_modules/.cache/earlyboot-tests', import.meta.url).pathname;

export default {
  extensions: ['ts', 'js'],
  files: [
    'test/**/*.test.ts',
    'examples/*.test.ts',
    'examples/runners/ava.test.js',
    '!test/**/{fixtures,helpers}/**',
  ],
  // examples import the package by its name
  require: ['./tools/as-installed.mjs'],
  environmentVariables: process.env.NODE_V8_COVERAGE ? {} : { NODE_COMPILE_CACHE: compiled },
  timeout: '4m',
};
