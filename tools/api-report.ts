// npm run api: writes api/NAME.md for each entry point: every exported name with its declaration and docstring, from tsc's
// declarations. A test compares them, so that the public API changes on purpose only.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { declarations, LIBRARY_ENTRIES } from './build.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** One exported name. */
export interface ApiName {
  readonly name: string;
  /** Without its docstring; overloads one after the other. */
  readonly declaration: string;
  /** '' where it has none. */
  readonly docs: string;
  /** Whether it exists at run time. */
  readonly value: boolean;
}

interface Statement {
  readonly docs: string;
  readonly text: string;
}

/** The statements at the top level of a declaration file, as tsc prints them: what is inside is indented. */
function statementsOf(text: string): Statement[] {
  const statements: Statement[] = [];
  let docs: string[] = [];
  let lines: string[] = [];
  let inDocs = false;
  for (const line of text.split('\n')) {
    if (lines.length === 0 && (inDocs || line.startsWith('/**'))) {
      docs = inDocs ? [...docs, line] : [line];
      inDocs = !line.endsWith('*/');
      continue;
    }
    if (lines.length === 0 && line.trim() === '') continue;
    lines.push(line);
    const body = /^(export )?(declare )?(abstract )?(class|interface|namespace) /.test(lines[0] ?? '');
    const ends = /^\S/.test(line) && (body ? line.endsWith('}') : line.endsWith(';'));
    if (!ends) continue;
    statements.push({ docs: docs.join('\n'), text: lines.join('\n') });
    [docs, lines] = [[], []];
  }
  return statements;
}

const DECLARES = /^export (?:declare )?(?:abstract )?(class|interface|type|const|let|function\*?) (\w+)/;

/** The exports of a declaration file by name, re-exports followed. */
class Module {
  readonly #statements: readonly Statement[];
  readonly #path: string;
  readonly #load: (path: string) => Module;

  constructor(path: string, load: (path: string) => Module) {
    this.#path = path;
    this.#load = load;
    this.#statements = statementsOf(readFileSync(path, 'utf8'));
  }

  names(): ApiName[] {
    const found = new Map<string, ApiName>();
    for (const { docs, text } of this.#statements) {
      const [, kind = '', name = ''] = DECLARES.exec(text) ?? [];
      if (name !== '') {
        const before = found.get(name);
        const whole = kind === 'class' ? text + this.#bases(text) : text;
        const declaration = before ? `${before.declaration}\n${whole}` : whole;
        found.set(name, {
          name,
          declaration,
          docs: before?.docs || docs,
          value: !/type|interface/.test(kind),
        });
      }
      for (const exported of this.#reexports(text)) found.set(exported.name, exported);
    }
    return [...found.values()];
  }

  /** The declarations of the classes that a class inherits from: their members are public too. */
  #bases(text: string): string {
    const base = /class \w+ extends (\w+)/.exec(text)?.[1];
    const imports = this.#statements.map((statement) =>
      new RegExp(`^import \\{[^}]*\\b${base}\\b[^}]*\\} from '(.*)';$`).exec(statement.text),
    );
    const from = imports.find((match) => match !== null)?.[1];
    if (base === undefined || from === undefined) return '';
    const found = this.#from(from).find(({ name }) => name === base);
    return found === undefined ? '' : `\n${found.declaration}`;
  }

  #from(specifier: string): ApiName[] {
    return this.#load(join(dirname(this.#path), specifier.replace(/\.js$/, '.d.ts'))).names();
  }

  #reexports(text: string): ApiName[] {
    const match = /^export (type )?(\*|\{([\s\S]*)\}) from '(.*)';$/.exec(text);
    if (!match) return [];
    const names = this.#from(match[4] ?? '');
    if (match[2] === '*') return names;
    return (match[3] ?? '').split(',').flatMap((part) => {
      const [, onlyType, name] = /^\s*(type )?(\w+)\s*$/.exec(part) ?? [];
      if (name === undefined) return [];
      const found = names.find((exported) => exported.name === name);
      if (found === undefined) throw new Error(`${this.#path}: ${name} is not declared in ${match[4]}`);
      return [{ ...found, value: found.value && onlyType === undefined && match[1] === undefined }];
    });
  }
}

/** Every name of each entry point, sorted. Runs tsc. */
export function readApi(): Map<string, ApiName[]> {
  const out = join(ROOT, '.tmp', `api-${process.pid}`);
  try {
    declarations(out);
    const modules = new Map<string, Module>();
    const load = (path: string): Module => {
      const module = modules.get(path) ?? new Module(path, load);
      modules.set(path, module);
      return module;
    };
    return new Map(
      LIBRARY_ENTRIES.map((entry) => [
        entry,
        load(join(out, `${entry}.d.ts`))
          .names()
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
      ]),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const importName = (entry: string): string => (entry === 'index' ? 'earlyboot' : `earlyboot/${entry}`);

/** The file of an entry point below the project's folder. */
export const reportPath = (entry: string): string =>
  join('api', `${entry === 'index' ? 'earlyboot' : entry}.md`);

/** The report of one entry point. */
export function reportText(entry: string, names: readonly ApiName[]): string {
  const head = `# \`${importName(entry)}\`\n\nWritten by \`npm run api\`. ${names.length} names.\n`;
  const parts = names.map(({ name, docs, declaration }) => {
    const code = [docs, declaration].filter((part) => part !== '').join('\n');
    return `\n## ${name}\n\n\`\`\`ts\n${code}\n\`\`\`\n`;
  });
  return head + parts.join('');
}

if (import.meta.main) {
  mkdirSync(join(ROOT, 'api'), { recursive: true });
  for (const [entry, names] of readApi())
    writeFileSync(join(ROOT, reportPath(entry)), reportText(entry, names));
}
