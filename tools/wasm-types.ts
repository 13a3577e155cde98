// Declarations name WebAssembly's types, which TypeScript knows with lib "dom" only. What is published takes them from a file of its
// own: WebAssembly's where the user's project has them, else objects of which nothing is known.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const FILE = 'webassembly';

const classOf = (name: string): string => `/** WebAssembly.${name}, where the project has it. */
export type ${name} = typeof globalThis extends { WebAssembly: { ${name}: { prototype: infer T } } } ? T : object;
`;
const TYPES = `${['Memory', 'Module', 'Instance', 'Table'].map(classOf).join('')}/** What a module imports or exports, by name. */
export type ModuleImports = Record<string, unknown>;
export type Exports = Record<string, unknown>;
`;

/** Rewrites the declarations below `out` so that they compile without lib "dom". */
export function freeOfDom(out: string): void {
  for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue;
    const path = join(out, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes('WebAssembly.')) continue;
    const to = relative(dirname(path), join(out, `${FILE}.js`)).replaceAll('\\', '/');
    const from = to.startsWith('.') ? to : `./${to}`;
    writeFileSync(path, `import type * as WebAssembly from '${from}';\n${text}`);
  }
  writeFileSync(join(out, `${FILE}.d.ts`), TYPES);
}
