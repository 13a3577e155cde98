// Which floor of the house a file of src/ lives on, who imports from above, and who goes round in a circle.
import { importsOf, type Source } from './sources.ts';

/** From the ground up, each with its files; a file imports from its own floor and from those before it. */
export const FLOORS: readonly { readonly name: string; readonly files: RegExp }[] = [
  { name: 'lib', files: /^src\/lib\// },
  { name: 'cpu', files: /^src\/cpu\// },
  { name: 'kernel', files: /^src\/kernel\// },
  { name: 'mm', files: /^src\/mm\// },
  { name: 'arch', files: /^src\/arch\// },
  { name: 'init', files: /^src\/init\// },
  // the rest: what is around the kernel model
  { name: 'text', files: /^src\/text\// },
  { name: 'board', files: /^src\/board\// },
  { name: 'machine', files: /^src\/machine\// },
  { name: 'kernels', files: /^src\/kernels\// },
  { name: 'cpus', files: /^src\/cpus\// },
  { name: 'boot', files: /^src\/boot\// },
  { name: 'predict', files: /^src\/predict\// },
  { name: 'scenarios', files: /^src\/scenarios\// },
  { name: 'ask', files: /^src\/ask\// },
  { name: 'report', files: /^src\/report\// },
  { name: 'judge', files: /^src\/judge\// },
  { name: 'fuzz', files: /^src\/fuzz\// },
  { name: 'campaign', files: /^src\/campaign\// },
  { name: 'api', files: /^src\/(api\/|index\.ts$|browser\.ts$|smp\.ts$)/ },
  { name: 'assert', files: /^src\/(assert\/|ava\.ts$|node-test\.ts$|vitest\.ts$)/ },
  { name: 'cli', files: /^src\/cli\// },
  { name: 'web', files: /^src\/web\// },
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
