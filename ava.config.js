// Test files share most of what they load: compiled once, not two hundred times. Coverage wants every function compiled anew.
const compiled = new URL('node_modules/.cache/earlyboot-tests', import.meta.url).pathname;

export default {
  extensions: ['ts'],
  files: ['test/**/*.test.ts', 'examples/*.test.ts', '!test/**/{fixtures,helpers}/**'],
  environmentVariables: process.env.NODE_V8_COVERAGE ? {} : { NODE_COMPILE_CACHE: compiled },
  timeout: '4m',
};
