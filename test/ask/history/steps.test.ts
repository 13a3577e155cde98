// The changes between two kernels account for what two real boots of one machine print differently.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { changesBetween, historySteps } from '../../../src/ask/history/steps.ts';
import { changesText, lineCounts, linesText, matters, stepsText } from '../../../src/ask/history/text.ts';
import { memoryLines, normaliseLine, withoutTimestamp } from '../../../src/kernels/memory_lines.ts';
import { kernelNamed } from '../../../src/kernels/named.ts';
import { machineFromFolder } from '../../../src/machine/import/path.ts';
import { captures } from '../../helpers/captures.ts';

const NAME = 'q35-8g-2n-4c';

function folder(version: string): string {
  const capture = captures(version).find(({ name }) => name === NAME);
  if (capture === undefined) throw new Error(`${version}/${NAME}`);
  return capture.path;
}

function realLines(version: string): string[] {
  const texts = readFileSync(join(folder(version), 'dmesg.txt'), 'latin1')
    .split('\n')
    .map(withoutTimestamp);
  return memoryLines(texts).map(({ text }) => text);
}

/** The figure of available memory in `Memory:` is an estimate from 6.11 on. */
const comparable = (text: string): string => normaliseLine(text).replace(/^Memory: \d+K/, 'Memory: nK');

/** How often each line is there more, or less. */
function balance(
  more: readonly string[],
  less: readonly string[],
  into = new Map<string, number>(),
): Map<string, number> {
  const add = (text: string, by: number): void => {
    const key = comparable(text);
    into.set(key, (into.get(key) ?? 0) + by);
    if (into.get(key) === 0) into.delete(key);
  };
  for (const text of more) add(text, 1);
  for (const text of less) add(text, -1);
  return into;
}

for (const [from, to] of [
  ['5.10', '7.3'],
  ['6.1', '6.12'],
  ['6.18', '7.0'],
] as const) {
  test(`${from} to ${to}: the steps add up to what the real logs differ by`, async (t) => {
    const spec = await machineFromFolder(folder(from));
    const steps = await historySteps(spec, await kernelNamed(from), await kernelNamed(to));
    const sum = new Map<string, number>();
    for (const step of steps) {
      const { come, go } = lineCounts(step);
      balance(come, go, sum);
    }
    t.deepEqual([...sum].sort(), [...balance(realLines(to), realLines(from))].sort());
    t.true(steps.some((step) => matters(step) && step.change !== null));
  });
}

test('what a change does is told where it acts: lines, figures, and the step that moves a line', async (t) => {
  const spec = await machineFromFolder(folder('6.1'));
  const steps = await historySteps(spec, await kernelNamed('6.1'), await kernelNamed('7.0'));
  const nodeData = steps.find(({ id }) => id === 'node-data-exact');
  t.deepEqual(nodeData && lineCounts(nodeData).come.filter((text) => text.startsWith('NODE_DATA(0)')), [
    'NODE_DATA(0) allocated [mem 0x17ffd5780-0x17fffffff]', // 174208 bytes, no longer 43 pages
  ]);
  t.is((nodeData?.before.reservedBytes ?? 0) - (nodeData?.after.reservedBytes ?? 0) > 0, true);
  // of two blocks that change places the smaller one counts as moved: here nosave regions, and not zones
  const text1 = 'PM: hibernation: Registered nosave memory: [mem 0x00000000-0x00000fff]';
  t.is(
    linesText(steps, /nosave memory: .mem 0x00000000/),
    `7.0    zones-after-setup-arch\n  moved: ${text1}\n`,
  );
  t.is(linesText(steps, /no line of a kernel/), 'no such line appears, goes or moves\n');
  const text = stepsText(steps);
  t.regex(text, /^6\.12 {3}node-data-exact: NODE_DATA takes the size/m);
  t.regex(text, /no difference on this machine: .*crashkernel-generic/);
  t.is(steps.at(-1)?.id, 'image');
});

test('the same kernel twice has no change; a younger stable release may have what an older line lacks', (t) => {
  t.is(changesText([], []), 'no change\n');
  t.deepEqual(changesBetween('6.1.192', '6.1.192'), { comes: [], goes: [] });
  const { goes } = changesBetween('6.12.117', '6.18.15');
  t.deepEqual(goes.map(({ id }) => id).sort(), ['efi-boot-services-at-the-end', 'hugetlb-job']);
});
