// The user's cache of read images: entries by content, notes by a file's state.
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Cache } from '../../../src/kernels/image/cache.ts';
import { readImageFile } from '../../../src/kernels/image/node.ts';
import { bzImage, COMPRESS, tinyElf } from './helpers/tiny-image.ts';

const LATER_MS = 2001;
const KEY = 'a'.repeat(64);

test('the cache: an entry is used, a broken one is read anew, another configuration is another entry', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-'));
  try {
    const image = join(folder, 'vmlinuz');
    const env = { XDG_CACHE_HOME: join(folder, 'cache') };
    writeFileSync(image, bzImage(COMPRESS.gzip(tinyElf())));
    const first = await readImageFile(image, {}, env);
    // notes of files that have long been there come when the machine is slow
    const entries = (): string[] =>
      readdirSync(join(folder, 'cache', 'earlyboot')).filter((name) => name.startsWith('kernel-'));
    t.is(entries().length, 1);
    t.deepEqual(await readImageFile(image, {}, env), first);
    const entry = join(folder, 'cache', 'earlyboot', entries()[0] ?? '');
    const whole = readFileSync(entry, 'utf8');
    for (const broken of ['', 'x', whole.slice(0, -20), whole.replace('6.5.0-tiny', '6.6.6-tiny')]) {
      writeFileSync(entry, broken);
      t.deepEqual(await readImageFile(image, {}, env), first);
      t.is(readFileSync(entry, 'utf8'), whole);
    }
    const config = join(folder, 'config');
    writeFileSync(config, 'CONFIG_X86_64=y\nCONFIG_HZ=1000\n');
    t.is((await readImageFile(image, { config }, env)).config.hz, 1000);
    t.is(entries().length, 2);
    // a cache that cannot be written is no reason to fail
    t.deepEqual(await readImageFile(image, {}, { XDG_CACHE_HOME: image }), first);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a note holds as long as nothing of the file has changed', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-'));
  try {
    const env = { XDG_CACHE_HOME: join(folder, 'cache') };
    const file = join(folder, 'vmlinuz');
    writeFileSync(file, 'one');
    const cache = new Cache(env, () => Date.now() + LATER_MS);
    const seen = await cache.look(file);
    if (seen === null) return t.fail('no look at a file that is old enough');
    await cache.put(KEY, 'facts');
    await cache.note(seen, KEY);
    t.is(await cache.ofFile(file), 'facts');

    // the same bytes count under another name, with another note
    t.is(await cache.ofFile(join(folder, 'none')), null);
    const { atime, mtime } = statSync(file);
    writeFileSync(file, 'two');
    utimesSync(file, atime, mtime); // the size and the time of change are what they were: not so the inode's own time
    t.is(await cache.ofFile(file), null);

    const other = join(folder, 'other');
    writeFileSync(other, 'one');
    const ofOther = await cache.look(other);
    if (ofOther === null) return t.fail();
    await cache.note(ofOther, KEY);
    t.is(await cache.ofFile(other), 'facts');
    renameSync(file, other);
    t.is(await cache.ofFile(other), null);

    // the entry is gone or the note is broken
    await cache.note(ofOther, 'not a key');
    t.is(await cache.ofFile(other), null);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file that changed within two seconds is read at each boot: it could change again unseen', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-'));
  try {
    const file = join(folder, 'vmlinuz');
    writeFileSync(file, 'one');
    const { ctimeMs } = statSync(file);
    const at = (ms: number): Cache => new Cache({ XDG_CACHE_HOME: folder }, () => Math.ceil(ctimeMs) + ms);
    t.is(await at(1998).look(file), null);
    t.not(await at(2000).look(file), null);
    t.is(await at(-5000).look(file), null, 'a clock that went back');
    // a reader finds nothing of it in the cache but the entry
    await readImageFileOf(folder);
    t.deepEqual(
      readdirSync(join(folder, 'earlyboot')).map((name) => name.split('-')[0]),
      ['kernel'],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function readImageFileOf(folder: string): Promise<void> {
  const image = join(folder, 'image');
  writeFileSync(image, bzImage(COMPRESS.gzip(tinyElf())));
  await readImageFile(image, {}, { XDG_CACHE_HOME: folder });
}
