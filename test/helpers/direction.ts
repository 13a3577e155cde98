// Which floor of the house a file of src/ lives on, who imports from above, and who goes round in a circle.
import { importsOf, type Source } from './sources.ts';

export interface Floor {
  readonly name: string;
  /** What happens there, in a few words. */
  readonly about: string;
  readonly files: RegExp;
}

/** From the ground up, each with its files; a file imports from its own floor and from those before it. */
export const FLOORS: readonly Floor[] = [
  { name: 'lib', about: 'plain helpers: alignment, ranges, errors, units', files: /^src\/lib\// },
  { name: 'cpu', about: 'what a kernel thread may ask of its CPU', files: /^src\/cpu\// },
  { name: 'kernel', about: 'padata, workqueues, locks, printk', files: /^src\/kernel\// },
  { name: 'mm', about: 'memblock, zones, struct pages, deferred init', files: /^src\/mm\// },
  { name: 'arch', about: 'setup_arch: e820, ACPI, nodes, page tables', files: /^src\/arch\// },
  { name: 'init', about: "start_kernel's memory part; the run record", files: /^src\/init\// },
  // the rest: what is around the kernel model
  { name: 'text', about: 'tables, wrapping and differences of text', files: /^src\/text\// },
  { name: 'board', about: 'one v86 board, its firmware and payload', files: /^src\/board\// },
  { name: 'machine', about: 'which machine: descriptions, logs, tables', files: /^src\/machine\// },
  { name: 'kernels', about: 'which kernel: facts of an image, history', files: /^src\/kernels\// },
  { name: 'cpus', about: 'the three kinds of CPU, the explorer', files: /^src\/cpus\// },
  { name: 'boot', about: 'machine, kernel and CPUs become a record', files: /^src\/boot\// },
  { name: 'predict', about: 'what other thread counts would cost', files: /^src\/predict\// },
  { name: 'scenarios', about: 'kernel threads for the explorer', files: /^src\/scenarios\// },
  { name: 'ask', about: 'questions to a boot', files: /^src\/ask\// },
  { name: 'report', about: 'a record as text, pictures, traces', files: /^src\/report\// },
  { name: 'judge', about: 'a real kernel on the same machine', files: /^src\/judge\// },
  { name: 'fuzz', about: 'made-up inputs, and what must hold', files: /^src\/fuzz\// },
  { name: 'campaign', about: 'many items, on all cores or many hosts', files: /^src\/campaign\// },
  { name: 'api', about: 'the library', files: /^src\/(api\/|index\.ts$|browser\.ts$|smp\.ts$)/ },
  {
    name: 'assert',
    about: 'assertions for three test runners',
    files: /^src\/(assert\/|ava\.ts$|node-test\.ts$|vitest\.ts$)/,
  },
  { name: 'cli', about: 'the command line: one file a command', files: /^src\/cli\// },
  { name: 'web', about: 'the page', files: /^src\/web\// },
];

/** The kernel model ends below this floor. */
const MODEL_TOP = FLOORS.findIndex(({ name }) => name === 'text');
/** Edges of the program: nobody imports them, not even the floor above. */
const EDGES = ['cli', 'web'];

const floorOf = (path: string): number => FLOORS.findIndex(({ files }) => files.test(path));
const nameOf = (floor: number): string => FLOORS[floor]?.name ?? 'no floor';

/** Whether a file belongs to the kernel model: lib, cpu, kernel, mm, arch, init. */
export function isModel(path: string): boolean {
  const floor = floorOf(path);
  return floor !== -1 && floor < MODEL_TOP;
}

/** Imports within src/ of each file. */
function graph(sources: readonly Source[]): Map<string, readonly string[]> {
  return new Map(
    sources.map((source) => [source.path, importsOf(source).filter((to) => to.startsWith('src/'))]),
  );
}

/** Each import from a floor above the file's own, as a pair; and files that live on no floor. */
export function wrongDirections(sources: readonly Source[]): string[] {
  const homeless = sources.filter(({ path }) => floorOf(path) === -1);
  const wrong = [...graph(sources)].flatMap(([from, targets]) => {
    const own = floorOf(from);
    return targets
      .filter((to) => floorOf(to) > own || (floorOf(to) !== own && EDGES.includes(nameOf(floorOf(to)))))
      .map((to) => `${from} (${nameOf(own)}) imports ${to} (${nameOf(floorOf(to))})`);
  });
  return [...homeless.map(({ path }) => `${path}: on no floor`), ...wrong];
}

/** A circle of imports for each file pair that closes one: `a → b → a`. Types and late imports count too. */
export function circles(sources: readonly Source[]): string[] {
  const imports = graph(sources);
  const found: string[] = [];
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const start = path.indexOf(file);
    if (start !== -1) {
      found.push([...path.slice(start), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const to of imports.get(file) ?? []) if (imports.has(to)) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return found;
}
