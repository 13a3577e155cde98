// Writes test/long-files.json anew: the files of src that have more than 200 lines, as they are now. For after a file shrank or
// was split; to let one grow is a decision that the diff shows.
import { writeFileSync } from 'node:fs';
import { sourcesBelow } from '../test/helpers/sources.ts';

const LONG = 200;
const lengths = sourcesBelow('src').map(({ path, text }) => [path, text.split('\n').length - 1] as const);
const long = Object.fromEntries(lengths.filter(([, lines]) => lines > LONG));
writeFileSync(new URL('../test/long-files.json', import.meta.url), `${JSON.stringify(long, null, 2)}\n`);
