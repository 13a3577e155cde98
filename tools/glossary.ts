// Writes docs/glossary.md out of src/report/glossary.ts: node tools/glossary.ts.
import { writeFileSync } from 'node:fs';
import { termId, TOPICS, type Term, type Topic } from '../src/report/glossary.ts';

const HEAD = `# Glossary

The words of early boot and of this project, each in a sentence or two, in the order in which a boot meets them;
[tour.md](tour.md) walks through one. \`node tools/glossary.ts\` writes this page from \`src/report/glossary.ts\`, which the
report reads too.
`;

function termLine(term: Term): string {
  const also = term.also === undefined ? '' : ` (also: ${term.also.join(', ')})`;
  return `- <a id="${termId(term)}"></a>**${term.word}**${also}: ${term.meaning}`;
}

function section({ title, terms }: Topic): string {
  return `## ${title}\n\n${terms.map(termLine).join('\n')}\n`;
}

/** The whole page. */
export function glossaryMarkdown(): string {
  return [HEAD, ...TOPICS.map(section)].join('\n');
}

if (import.meta.main) writeFileSync(new URL('../docs/glossary.md', import.meta.url), glossaryMarkdown());
