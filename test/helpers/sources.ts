// The project's own sources as tidy.test.ts looks at them: text without comments and strings, and what each file imports.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Source {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Comments and the insides of strings blanked out, line breaks kept. */
  readonly code: string;
}

/** Every TypeScript file below `folder`, which may be missing. */
export function sourcesBelow(folder: string): Source[] {
  const base = join(ROOT, folder);
  if (!existsSync(base)) return [];
  return readdirSync(base, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => posix.join(folder, name.split(sep).join('/')))
    .sort()
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, code: blank(text) };
    });
}

/** One token that may hold anything, or any other character. Template literals are blanked whole but for their `${` parts. */
const TOKENS =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|\$\{[^`]*?\}|[^`\\])*`/g;

function blank(text: string): string {
  return text.replace(TOKENS, (token) => {
    if (token.startsWith('`')) {
      const parts = [...token.matchAll(/\$\{([^`]*?)\}/g)].map((match) => match[1] ?? '');
      return `\`${parts.join(' ')}${'\n'.repeat(token.split('\n').length - 1)}\``;
    }
    const quote = token.startsWith('/') ? '' : (token[0] ?? '');
    return `${quote}${'\n'.repeat(token.split('\n').length - 1)}${quote}`;
  });
}

const IMPORTS = [
  /\bfrom\s+'([^']+)'/g,
  /\bimport\s+'([^']+)'/g,
  /\bimport\(\s*'([^']+)'\s*\)/g,
  /\bnew URL\(\s*[`']([^`']+)[`'],\s*import\.meta\.url/g,
];

/** What a file imports: relative specifiers as paths from the root, others as they are. */
export function importsOf(source: Source): string[] {
  const uncommented = source.text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/[^\n]*/gm, '');
  return IMPORTS.flatMap((pattern) => [...uncommented.matchAll(pattern)].map((match) => match[1] ?? '')).map(
    (specifier) =>
      specifier.startsWith('.')
        ? relative(ROOT, join(ROOT, dirname(source.path), specifier))
            .split(sep)
            .join('/')
        : specifier,
  );
}
