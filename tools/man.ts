// npm run man: writes man/earlyboot.1.
import { mkdirSync, writeFileSync } from 'node:fs';
import { manPage } from './man-page.ts';

const FILE = new URL('../man/earlyboot.1', import.meta.url);

mkdirSync(new URL('.', FILE), { recursive: true });
writeFileSync(FILE, await manPage());
