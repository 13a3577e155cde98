// The boots in one file: syslog and kern.log hold many, and a log that lost its beginning holds none that can be predicted.
import { InputError } from '../../lib/input-error.ts';
import { logLines, type LogText } from './lines.ts';
import { refuseForeign, withoutMap } from './foreign.ts';
import { plural } from '../../lib/plural.ts';

/** The lines of one boot, and what it took to choose it. */
export interface BootLog {
  readonly lines: readonly LogText[];
  /** What the reader should be told, a sentence each. */
  readonly warnings: readonly string[];
}

interface Boot {
  readonly lines: LogText[];
  release: string | null;
  map: boolean;
  /** It reached the line that counts memory. */
  whole: boolean;
}

const BANNER = /^Linux version (\d\S{0,100})/;
const MAP_LINE = /^ ?BIOS-e820: /;
const MEMORY_LINE = /^Memory: \d/;
const MOST_SHOWN = 12;

function bootsOf(lines: readonly LogText[]): Boot[] {
  const boots: Boot[] = [{ lines: [], release: null, map: false, whole: false }];
  for (const line of lines) {
    const banner = BANNER.exec(line.text);
    if (banner) boots.push({ lines: [], release: banner[1] ?? '', map: false, whole: false });
    const boot = boots.at(-1);
    if (boot === undefined) continue;
    boot.lines.push(line);
    boot.map ||= MAP_LINE.test(line.text);
    boot.whole ||= MEMORY_LINE.test(line.text);
  }
  return boots;
}

/**
 * One boot of `text`, from its banner to the next: number `wanted`, counted from 1 (from -1 backwards), else the last whole one, else
 * the last that has a firmware map.
 * @throws InputError 'log' where there is none, or the kernel is none that is modelled; 'usage' where there is no boot of that number
 */
export function readBoot(text: string, path: string, wanted: number | null = null): BootLog {
  const all = bootsOf(logLines(text));
  const boots = all.filter((boot) => boot.map);
  const chosen =
    wanted === null
      ? (boots.findLast((boot) => boot.whole) ?? boots.at(-1))
      : boots.at(wanted > 0 ? wanted - 1 : wanted);
  if (boots.length === 0)
    throw withoutMap(
      all.flatMap((boot) => boot.lines),
      path,
    );
  if (chosen === undefined)
    throw new InputError(
      'usage',
      `--boot ${wanted}: ${path}: expected 1 to ${boots.length}: ${listOf(boots)}`,
    );
  refuseForeign(chosen.lines, path);
  const warnings: string[] = [];
  if (boots.length > 1 && wanted === null)
    warnings.push(
      `${path}: ${listOf(boots)}: number ${boots.indexOf(chosen) + 1} is taken, --boot N takes another`,
    );
  return { lines: chosen.lines, warnings };
}

/** As readBoot(), the lines alone. */
export function bootLines(text: string, path: string, wanted: number | null = null): readonly LogText[] {
  return readBoot(text, path, wanted).lines;
}

/** As readBoot(), what the kernel printed alone. */
export function bootTexts(text: string, path: string, wanted: number | null = null): string[] {
  return readBoot(text, path, wanted).lines.map((line) => line.text);
}

function listOf(boots: readonly Boot[]): string {
  const items = boots.map(
    ({ lines, release, whole }, at) =>
      `${at + 1} (line ${lines[0]?.line ?? 0}, ${release ?? 'beginning lost'}${whole ? '' : ', cut off'})`,
  );
  const shown = items.slice(-MOST_SHOWN);
  return `${plural(boots.length, 'boot')}: ${shown.length < items.length ? '… ' : ''}${shown.join(', ')}`;
}
