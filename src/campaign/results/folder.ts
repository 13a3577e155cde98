// A folder of results: campaign.json says what of, 00000.jsonl holds a line for each of the first ten thousand items that is done, and so
// on. Lines are appended whole and in any order; what a killed process left of a line is cut off when the campaign goes on.
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { renameSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../../lib/input-error.ts';
import { treeKey } from '../../lib/tree.ts';
import { fileErrorText } from '../../machine/import/file-error.ts';
import type { Campaign, ItemResult } from '../campaign.ts';
import { DoneItems } from './done.ts';
import { lockFolder } from './lock.ts';
import { parseResult } from './line.ts';
import type { Sink } from './sink.ts';

/** Items of a shard. */
export const SHARD_ITEMS = 10_000;
const CAMPAIGN = 'campaign.json';
const SHARD = /^\d{5,}\.jsonl$/;
const VERSION = 1;

/** What a folder is of. */
export interface FolderFacts {
  readonly campaign: Campaign;
  /** Which earlyboot made it. */
  readonly build: string;
}

/** A folder that results are added to. */
export interface ResultsFolder extends Sink {
  readonly path: string;
  readonly close: () => void;
}

/**
 * Opens `path` for the results of `campaign`: a new folder, or one of the same campaign, which goes on there. `onResult` gets those that are
 * there already, too.
 * @throws InputError 'file' where that is another campaign's or build's folder, or another process's
 */
export function openFolder(
  path: string,
  { campaign, build }: FolderFacts,
  onResult: (result: ItemResult) => void,
): ResultsFolder {
  return failingAs(path, () => {
    mkdirSync(path, { recursive: true });
    const names = readdirSync(path);
    if (names.length > 0 && !names.includes(CAMPAIGN))
      throw new InputError(
        'file',
        `${path}: expected a new or empty folder, or one with a campaign's results`,
      );
    const unlock = lockFolder(path);
    try {
      if (names.includes(CAMPAIGN)) checkSame(path, { campaign, build });
      writeWhole(join(path, CAMPAIGN), `${JSON.stringify({ version: VERSION, build, campaign }, null, 2)}\n`);
      const done = new DoneItems(campaign.budget.items);
      for (const result of resultsOf(path, true)) if (done.add(result.item)) onResult(result);
      return { ...appender(path, done, onResult), done, path, close: unlock };
    } catch (error) {
      unlock();
      throw error;
    }
  });
}

function checkSame(path: string, { campaign, build }: FolderFacts): void {
  const there = readFacts(path);
  if (identity(there.campaign) !== identity(campaign))
    throw new InputError(
      'file',
      `${path}: holds results of another campaign, or of another seed, space or check (${there.campaign.name}): expected another folder`,
    );
  if (there.build !== build)
    throw new InputError(
      'file',
      `${path}: results of earlyboot ${there.build}, this is ${build}: expected the same build, or another folder`,
    );
}

/** What must be the same for two runs to be one campaign: a budget may grow. */
function identity({ kind, seed, space, check, folder }: Campaign): string {
  return treeKey([kind, seed, space, check, folder]);
}

/** @throws InputError 'file' where `path` is no folder of results */
export function readFacts(path: string): FolderFacts {
  const file = join(path, CAMPAIGN);
  return failingAs(file, () => {
    if (!existsSync(file))
      throw new InputError('file', `${path}: expected a folder with a campaign's results`);
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== VERSION)
      throw new InputError('file', `${file}: expected version ${VERSION} of a campaign's facts`);
    return value as object as FolderFacts;
  });
}

/** Every result of a folder, shard by shard; `mend` cuts off what is left of a line that was not written to its end. */
export function* resultsOf(path: string, mend = false): Generator<ItemResult> {
  for (const name of readdirSync(path)
    .filter((file) => SHARD.test(file))
    .sort()) {
    const file = join(path, name);
    const bytes = readFileSync(file);
    const whole = bytes.lastIndexOf(0x0a) + 1;
    if (mend && whole < bytes.length) truncateSync(file, whole);
    const lines = bytes.subarray(0, whole).toString('utf8').split('\n');
    lines.pop();
    for (const [i, line] of lines.entries()) yield parseResult(line, `${file}:${i + 1}`);
  }
}

function appender(
  path: string,
  done: DoneItems,
  onResult: (result: ItemResult) => void,
): Pick<Sink, 'append'> {
  return {
    append: (results) => {
      const fresh = results.filter(({ item }) => done.add(item));
      const shards = new Map<number, string>();
      for (const result of fresh) {
        const shard = Math.floor(result.item / SHARD_ITEMS);
        shards.set(shard, `${shards.get(shard) ?? ''}${JSON.stringify(result)}\n`);
      }
      for (const [shard, text] of shards) {
        const file = join(path, `${String(shard).padStart(5, '0')}.jsonl`);
        failingAs(file, () => appendText(file, text));
      }
      for (const result of fresh) onResult(result);
      return fresh;
    },
  };
}

function appendText(file: string, text: string): void {
  const fd = openSync(file, 'a');
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
  } finally {
    closeSync(fd);
  }
}

function writeWhole(file: string, text: string): void {
  writeFileSync(`${file}.tmp`, text);
  renameSync(`${file}.tmp`, file);
}

function failingAs<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError('file', `${path}: ${fileErrorText(error)}`);
  }
}
