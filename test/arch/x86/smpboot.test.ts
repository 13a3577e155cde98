// How secondary CPUs are announced. Expected: lines of real boots (captures q35-256g-4n-32c, q35-12g-3n-3c, 104 CPUs).
import test from 'ava';
import { smpBootLines } from '../../../src/arch/x86/smpboot.ts';

const up = (cpu: number, node: number) => ({ cpu, node, up: true });
const texts = (...args: Parameters<typeof smpBootLines>): string[] =>
  smpBootLines(...args).map(({ text }) => text);

test('columns are as wide as the possible CPUs and nodes want', (t) => {
  const four = Array.from({ length: 31 }, (_, i) => up(i + 1, (i + 1) >> 3));
  t.deepEqual(texts(four, { possibleCpus: 32, possibleNodes: 4 }), [
    'smp: Bringing up secondary CPUs ...',
    'x86: Booting SMP configuration:',
    '.... node  #0, CPUs:        #1  #2  #3  #4  #5  #6  #7',
    '.... node  #1, CPUs:    #8  #9 #10 #11 #12 #13 #14 #15',
    '.... node  #2, CPUs:   #16 #17 #18 #19 #20 #21 #22 #23',
    '.... node  #3, CPUs:   #24 #25 #26 #27 #28 #29 #30 #31',
  ]);
  t.is(
    texts([up(1, 0), up(2, 0)], { possibleCpus: 104, possibleNodes: 2 })[2],
    '.... node  #0, CPUs:          #1   #2',
  );
  t.is(texts([up(1, 0)], { possibleCpus: 2, possibleNodes: 16 })[2], '.... node   #0, CPUs:      #1');
});

test('node 0 may have none but the boot CPU', (t) => {
  t.deepEqual(texts([up(1, 1), up(2, 2)], { possibleCpus: 3, possibleNodes: 3 }).slice(1), [
    'x86: Booting SMP configuration:',
    '.... node  #1, CPUs:      #1',
    '.... node  #2, CPUs:   #2',
  ]);
});

test('one CPU has nobody to announce', (t) => {
  t.deepEqual(texts([], { possibleCpus: 1, possibleNodes: 1 }), ['smp: Bringing up secondary CPUs ...']);
});

test('a CPU that does not come up is announced, then complained of; the next begins a line of its own', (t) => {
  const lines = smpBootLines([up(1, 0), { cpu: 2, node: 0, up: false }, up(3, 0)], {
    possibleCpus: 4,
    possibleNodes: 1,
  });
  t.deepEqual(lines.slice(2), [
    { level: 6, text: '.... node  #0, CPUs:      #1 #2' },
    { level: 3, text: 'smpboot: do_boot_cpu failed(-1) to wakeup CPU#2' },
    { level: 6, text: ' #3' },
  ]);
});
