// The example of docs/smp.md, as it stands there, but for where it imports from.
import test from 'ava';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as smp from '../src/smp.ts';

const LINES_MOST = 30;

test('the example of docs/smp.md runs and says what it should', (t) => {
  const text = readFileSync(new URL('../docs/smp.md', import.meta.url), 'utf8');
  const example = /```js\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  t.true(example.trim().split('\n').length <= LINES_MOST);
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-smp-'));
  try {
    const file = join(folder, 'example.mjs');
    writeFileSync(
      file,
      example.replace("'earlyboot/smp'", JSON.stringify(import.meta.resolve('../src/smp.ts'))),
    );
    const lines = execFileSync(process.execPath, [file], { encoding: 'utf8' }).trimEnd().split('\n');
    t.is(lines[0], 'counted to 8000');
    t.deepEqual(
      lines.slice(1).map((line) => line.split(':')[0]),
      ['CPU 0', 'CPU 1', 'CPU 2', 'CPU 3'],
    );
    // 8 instructions before the loop, 4 a round, 4 after it, 2 more of the sleep's: alike on all but the boot CPU
    t.is(new Set(lines.slice(2).map((line) => line.split(':')[1])).size, 1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what the document names is exported', (t) => {
  t.is(typeof smp.createSmpMachine, 'function');
  t.is(smp.WINDOW_BASE, 0x40000000);
  t.is(smp.COMMANDS.pagesSse, 1);
});
