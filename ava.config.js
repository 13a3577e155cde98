export default {
  extensions: { ts: 'module' },
  files: ['test/**/*.test.ts', '!test/**/{fixtures,helpers}/**'],
  timeout: '4m',
};
