// A fault that is planted in the model is found by a campaign, and reduced to a few lines that show it.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';
import { parse } from 'yaml';
import { ROOT } from '../helpers/sources.ts';
import { plantedCopy } from './helpers/planted.ts';

function campaign(folder: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [join(folder, 'src/cli/main.ts'), 'campaign', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
  });
}

test('zones that do not see pieces of less than 128 MiB above 4 GiB', (t) => {
  const sum = 'absent -= clamp(range.endPfn, start, end) - clamp(range.startPfn, start, end);';
  const planted = `if (range.startPfn < 0x100000 || range.endPfn - range.startPfn >= 0x8000) ${sum}`;
  const { folder, dispose } = plantedCopy('src/mm/pfn_ranges.ts', sum, planted);
  t.teardown(dispose);
  const { status, stdout, stderr } = campaign(
    folder,
    'random-maps',
    '--items',
    '150',
    '--jobs',
    '1',
    '--json',
  );
  t.is(status, 1, stderr);
  const report = JSON.parse(stdout) as {
    counts: { failed: number; ok: number };
    groups: { message: string; first: number; reduced: { repeats: boolean; yaml: string } }[];
  };
  t.true(report.counts.failed > 0 && report.counts.ok > 0, JSON.stringify(report.counts));
  const [group] = report.groups;
  t.regex(group?.message ?? '', /memblock has \d+ pages for it, it has \d+/);
  const yaml = group?.reduced.yaml ?? '';
  t.true(group?.reduced.repeats);
  t.true(yaml.trimEnd().split('\n').length < 10, yaml);
  t.log(yaml);
  // it is a campaign of its own: what the planted model fails holds in the sound one
  t.truthy(parse(yaml));
});
