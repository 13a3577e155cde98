export default {
  extensions: ['ts'],
  files: ['test/**/*.test.ts', 'examples/*.test.ts', '!test/**/{fixtures,helpers}/**'],
  timeout: '4m',
};
