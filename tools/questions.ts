// Writes the outputs in docs/questions.md: each console block begins with a command, and what it prints follows.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { answered } from '../test/docs/helpers/questions.ts';

const PAGE = fileURLToPath(new URL('../docs/questions.md', import.meta.url));
writeFileSync(PAGE, await answered(readFileSync(PAGE, 'utf8')));
