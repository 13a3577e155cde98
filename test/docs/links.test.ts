// Links of the pages lead somewhere, in a checkout as in the package: what they name is there, and is packed.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import test from 'ava';
import { ROOT } from '../helpers/sources.ts';
import { PAGES, pageText } from './helpers/commands.ts';

const pages = [...PAGES, 'CHANGELOG.md'];
// package.json of this project
const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { files: string[] };

/** Links of a page: where each stands, and its target. Code is left out. */
function linksOf(page: string): { readonly where: string; readonly target: string }[] {
  const text = pageText(page).replace(/^```[^]*?^```/gm, (block) => block.replace(/[^\n]/g, ''));
  return text.split('\n').flatMap((line, i) =>
    [...line.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({
      where: `${page}:${i + 1}`,
      target,
    })),
  );
}

/** Anchors as GitHub and npm make them of headings, and those that are written out. */
function anchorsOf(page: string): Set<string> {
  const headings = [...pageText(page).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-'),
  );
  const written = [...pageText(page).matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  return new Set([...headings, ...written]);
}

test('every link of README, docs/ and examples/ leads to a file that is packed', (t) => {
  const wrong: string[] = [];
  let count = 0;
  for (const page of pages)
    for (const { where, target } of linksOf(page)) {
      if (/^https?:/.test(target)) continue;
      count += 1;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : posix.normalize(posix.join(dirname(page), path));
      if (!existsSync(join(ROOT, file))) wrong.push(`${where}: ${target}: no such file`);
      else if (!isPacked(file)) wrong.push(`${where}: ${target}: not in package.json's files`);
      else if (anchor !== undefined && (!file.endsWith('.md') || !anchorsOf(file).has(anchor)))
        wrong.push(`${where}: ${target}: no such heading`);
    }
  t.deepEqual(wrong, []);
  t.true(count > 50, `${count} links`);
});

/** package.json, README and LICENSE always are. */
function isPacked(file: string): boolean {
  return (
    /^(?:package\.json|README\.md|LICENSE)$/.test(file) ||
    files.some((entry) => `${file}/`.startsWith(`${entry}/`))
  );
}

test('each page of docs/ is linked from README or from a page that is', (t) => {
  const reached = new Set(['README.md']);
  for (const page of reached)
    for (const { target } of linksOf(page)) {
      const file = posix.normalize(posix.join(dirname(page), target.replace(/#.*/, '')));
      if (file.endsWith('.md') && existsSync(join(ROOT, file)) && PAGES.includes(file)) reached.add(file);
    }
  t.deepEqual(
    PAGES.filter((page) => !reached.has(page)),
    [],
  );
});

test('what is packed is there', (t) => {
  for (const entry of files.filter((name) => name !== 'dist'))
    t.true(statSync(join(ROOT, entry)).size > 0, entry);
});
