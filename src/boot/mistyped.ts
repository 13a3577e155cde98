// Parameters that no kernel takes and that look like a slip of the finger: the kernel hands them to init, and boots without them.
import type { KnownParams } from '../kernel/profile.ts';
import { Params } from '../kernel/params.ts';
import { isKnownParam } from '../mm/command_line.ts';

/** Shorter names are one letter from too much else: init's own are among them. */
const SHORTEST = 5;
/** What only the decompressor reads: the kernel itself does not know them. */
const DECOMPRESSOR: readonly string[] = ['nokaslr', 'no5lvl'];

/** A sentence for each parameter of `cmdline` that is one slip away from one that the kernel takes. */
export async function mistypedParams(known: KnownParams, cmdline: string): Promise<string[]> {
  const unknown = new Params(cmdline).list.filter(
    (param) =>
      param.name.length >= SHORTEST && !DECOMPRESSOR.includes(param.name) && !isKnownParam(known, param),
  );
  if (unknown.length === 0) return [];
  // loaded where it is needed: most boots have no such parameter
  const { oneSlipFrom } = await import('../machine/closest.ts');
  const taken = [...DECOMPRESSOR, ...known.early, ...known.setup, ...known.core].map((name) =>
    underscored(name.replace(/=$/, '')),
  );
  const names = new Set(unknown.map(({ name }) => name));
  return [...names].flatMap((name) => {
    const meant = oneSlipFrom(underscored(name), taken);
    return meant === null
      ? []
      : [`command line: ${name} is no parameter of this kernel: did you mean ${meant}?`];
  });
}

const underscored = (name: string): string => name.replaceAll('-', '_');
