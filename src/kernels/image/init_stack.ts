// What the compiler clears of stacks, out of a configuration.
type Options = ReadonlyMap<string, string>;

/** What report_meminit() calls the choice of CONFIG_INIT_STACK_*; the plugins' choices of older kernels say `byref_all` and less. */
export function initStackOf(options: Options | null): string | undefined {
  if (options === null) return undefined;
  if (options.get('INIT_STACK_ALL_PATTERN') === 'y') return 'all(pattern)';
  if (options.get('INIT_STACK_ALL_ZERO') === 'y') return 'all(zero)';
  if (options.get('GCC_PLUGIN_STRUCTLEAK_BYREF_ALL') === 'y') return 'byref_all(zero)';
  if (options.get('GCC_PLUGIN_STRUCTLEAK_BYREF') === 'y') return 'byref(zero)';
  return options.get('GCC_PLUGIN_STRUCTLEAK_USER') === 'y' ? '__user(zero)' : 'off';
}

/** -ftrivial-auto-var-init came with GCC 12: what an older one built clears no stacks, but for a plugin's sake. */
export function compilerCannotInit(banner = ''): boolean {
  const gcc = /\bgcc(?:-\d+)? (?:\([^()]*\) |version )?(\d+)\./.exec(banner);
  return gcc !== null && Number(gcc[1]) < 12;
}
