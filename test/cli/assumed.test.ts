// What nobody told: said once, counted, kept in the record, refused by --strict; and quiet where a description says it all.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { parseRecord } from '../../src/report/read-record.ts';
import { capture, captureText } from '../helpers/captures.ts';
import { cli } from '../helpers/cli.ts';

/** A Debian 6.1 machine's log as any other build's would be: the image is not known then. */
const LOG = captureText(capture('6.1', 'q35-3g-2c'), 'dmesg.txt')
  .replaceAll('\r', '')
  .replaceAll(/ nokaslr\b| memblock=debug\b/g, '')
  .replaceAll(/^.*\bmemblock_\w+: .*\n/gm, '')
  .replace('Linux version 6.1.0-56-amd64', 'Linux version 6.8.0-51-generic');
const CONFIG = `# Automatically generated file; DO NOT EDIT.
# Linux/x86 6.8.12 Kernel Configuration
CONFIG_64BIT=y
CONFIG_X86_64=y
CONFIG_HZ=1000
CONFIG_NR_CPUS=64
CONFIG_NODES_SHIFT=6
CONFIG_LOG_BUF_SHIFT=18
CONFIG_LOG_CPU_MAX_BUF_SHIFT=12
# CONFIG_DEFERRED_STRUCT_PAGE_INIT is not set
CONFIG_ZONE_DMA=y
CONFIG_NUMA=y
CONFIG_CPUMASK_OFFSTACK=y
CONFIG_ZONE_DEVICE=y
CONFIG_HIBERNATION=y
CONFIG_MEMORY_HOTPLUG=y
CONFIG_PCI=y
CONFIG_INIT_STACK_NONE=y
`;

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'earlyboot-assumed-'));
  t.teardown(() => rmSync(path, { recursive: true }));
  writeFileSync(join(path, 'dmesg.txt'), LOG);
  return path;
}

const facts = (stderr: string): string[] =>
  /assumed facts: \d+; lines that depend on them: \d+: (.*)/.exec(stderr)?.[1]?.split(', ') ?? [];

test('a description assumes nothing: neither a word nor a fact', async (t) => {
  const { code, stderr } = await cli(['boot', 'tiny-512m', '--strict']);
  t.is(code, 0);
  t.is(stderr, '');
});

test('a log: one line on stderr, each fact in summary and record, --strict refuses in one line', async (t) => {
  const cwd = folder(t);
  const boot = await cli(['boot', 'dmesg.txt', '--summary', '--json', 'r.json'], { cwd });
  t.is(boot.code, 0);
  const said = facts(boot.stderr);
  for (const fact of [
    'machine.tables',
    'machine.initrd',
    'kernel.place',
    'kernel.layout',
    'kernel.earlyPages',
  ])
    t.true(said.includes(fact), fact);
  for (const fact of ['kernel.sizes', 'kernel.percpu', 'config.deferred']) t.false(said.includes(fact), fact);
  t.is(boot.stderr.match(/kernel\.layout/g)?.length, 1);
  t.regex(boot.stdout, new RegExp(`^assumed, for nobody told it: ${said.length} facts$`, 'm'));
  t.regex(
    boot.stdout.replaceAll('\n    ', ' '),
    /^ {2}kernel\.earlyPages: pages taken .*: as in Debian's 6\.1\.0-56 \(told by .*\); 1 line depends on it$/m,
  );
  const { readFileSync } = await import('node:fs');
  const record = parseRecord(readFileSync(join(cwd, 'r.json'), 'utf8'), 'r.json');
  t.deepEqual(record.assumedFacts?.map(({ fact }) => String(fact)), said); // prettier-ignore
  const strict = await cli(['boot', 'dmesg.txt', '--strict', '--json', 'never.json'], { cwd });
  t.is(strict.code, 2);
  t.is(strict.stdout, '');
  t.regex(strict.stderr, new RegExp(`^earlyboot: --strict: dmesg: ${said.length} facts would be assumed: `));
  t.is(strict.stderr.split('\n').length, 2);
});

test('what is told is no longer assumed: options, and files beside the log', async (t) => {
  const cwd = folder(t);
  const before = facts((await cli(['verify', 'dmesg.txt'], { cwd })).stderr);
  writeFileSync(join(cwd, 'cpu'), 'vendor_id : GenuineIntel\nflags : fpu\n');
  const options = ['--kernel-at', '0x1000000', '--initrd-size', '1028445', '--cpu', 'cpu'];
  const booted = facts((await cli(['boot', 'dmesg.txt'], { cwd })).stderr);
  const after = facts((await cli(['boot', 'dmesg.txt', ...options], { cwd })).stderr);
  t.deepEqual(
    booted.filter((fact) => !after.includes(fact)),
    ['machine.initrd', 'kernel.place'],
  );
  writeFileSync(join(cwd, 'config-6.8.0-51-generic'), CONFIG);
  const { stdout, stderr } = await cli(['verify', '.'], { cwd });
  t.deepEqual(
    before.filter((fact) => !facts(stderr).includes(fact)),
    // it has no RANDOMIZE_BASE, either; what the log shows was told before
    ['kernel.place', 'config.limits', 'config.logBuffer', 'config.other'],
  );
  t.regex(stdout, /^ {2}assumed facts: \d+; lines that depend on them: \d+$/m);
  const known = await cli(['kernels', join(cwd, 'config-6.8.0-51-generic'), '--facts']);
  t.regex(known.stdout, /^ {2}config\.nrCpus +64 {2}\[config file config-6\.8\.0-51-generic\]$/m);
  t.regex(known.stdout, /^ {2}config\.initStack +off {2}\[config file/m);
  t.regex(known.stdout, /^ {2}config\.deferredStructPageInit +false {2}\[config file/m);
});

test('verify: one capture that cannot be read does not end the others', async (t) => {
  const cwd = folder(t);
  writeFileSync(join(cwd, 'bad.log'), 'Linux version 6.1.0\nnothing else\n');
  const both = await cli(['verify', 'nowhere', 'bad.log', 'dmesg.txt', 'dmesg.txt'], { cwd });
  t.is(both.code, 2);
  t.is(both.stdout.match(/^dmesg: \d+\.\d\d % of memory lines exact/gm)?.length, 2);
  t.regex(both.stdout, /^2 captures: fidelity minimum/m);
  const lines = both.stderr.trimEnd().split('\n').filter((line) => !/assumed facts|kernel at 0x/.test(line)); // prettier-ignore
  t.is(lines.length, 3);
  t.regex(lines[0] ?? '', /^earlyboot: .*nowhere: no such file or folder$/);
  t.regex(lines[1] ?? '', /^earlyboot: .*bad\.log: no BIOS-e820 lines: /);
  t.is(lines[2], 'earlyboot: 2 of 4 captures could not be verified: nowhere, bad.log');
  const json: unknown = JSON.parse((await cli(['verify', 'bad.log', 'dmesg.txt', '--json'], { cwd })).stdout);
  t.like(json, { captures: [{ name: 'dmesg' }], failed: [{ name: 'bad.log' }] });
  t.is((await cli(['verify', 'bad.log'], { cwd })).code, 2);
});
