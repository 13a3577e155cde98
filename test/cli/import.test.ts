import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import type { CliIo } from '../../src/cli/io.ts';
import { resolveMachine } from '../../src/cli/machine.ts';
import { toBoardConfig } from '../../src/machine/spec/to-board.ts';
import { capture, captureText } from '../helpers/captures.ts';
import { cli } from '../helpers/cli.ts';

function io(cwd: string): CliIo & { readonly printed: string[] } {
  const printed: string[] = [];
  return {
    printed,
    stdout: () => undefined,
    stderr: (text) => void printed.push(text),
    styledStdout: () => undefined,
    styledStderr: () => undefined,
    stdoutIsTTY: false,
    stderrIsTTY: false,
    columns: 80,
    color: false,
    env: {},
    cwd,
    now: () => 0,
    setFailed: () => undefined,
  };
}

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'earlyboot-cli-'));
}

test('import writes a description that becomes the same board: OVMF, q35, i440fx', async (t) => {
  const folder = temporary();
  t.teardown(() => rmSync(folder, { recursive: true }));
  for (const name of ['ovmf-8g-2n-4c', 'q35-4g-hotplug', 'pc-16g-2n-qemu64']) {
    const { path } = capture('6.1', name);
    for (const file of ['m.yaml', 'm.json']) {
      t.deepEqual(await cli(['import', path, '-o', file], { cwd: folder }), {
        code: 0,
        stdout: '',
        stderr: '',
      });
      const imported = await resolveMachine(io(folder), join(folder, file));
      const direct = await resolveMachine(io(folder), path);
      t.deepEqual(toBoardConfig(imported), toBoardConfig(direct), `${name} ${file}`);
      t.is(imported.name, name);
      t.is(imported.kernel, '6.1.0-56-amd64');
    }
  }
  t.deepEqual(readdirSync(folder).toSorted(), ['m.json', 'm.yaml']);
});

test('a log alone is imported too, with what had to be assumed on stderr', async (t) => {
  const folder = temporary();
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(
    join(folder, 'my.log'),
    captureText(capture('6.1', 'q35-8g-2n-4c'), 'dmesg.txt').replaceAll('\n', '\r\n'),
  );
  const { code, stdout, stderr } = await cli(['import', join(folder, 'my.log')], { cwd: folder });
  t.is(code, 0);
  t.deepEqual(
    stderr
      .trimEnd()
      .split('\n')
      .map((line) => /assumed: ([\w.]+): .*: (.*) \(/.exec(line)?.slice(1)),
    [
      ['machine.tables', 'FACP, DSDT, FACS, APIC and 4 more made up to the length that is printed'],
      ['machine.initrd', 'whole pages, as printed'],
    ],
  );
  t.regex(stdout, /^# yaml-language-server: \$schema=https:\S+\nname: my\n/);
  const strict = await cli(['import', join(folder, 'my.log'), '--strict'], { cwd: folder });
  t.is(strict.code, 2);
  t.is(strict.stdout, '');
  t.regex(strict.stderr, /^earlyboot: --strict: my: 2 facts would be assumed: machine\.tables: .*\n$/);
  writeFileSync(join(folder, 'short.log'), 'BIOS-e820: [mem 0x0000000000100000-0x000000003fffffff] usable\n');
  t.regex(
    (await cli(['import', 'short.log'], { cwd: folder })).stderr,
    /^earlyboot: warning: the log lists no ACPI tables/,
  );
  t.regex((await cli(['import', 'short.log', '--json'], { cwd: folder })).stdout, /^\{\n {2}"name": "short"/);
});

test('bad input: what cannot be read, parsed or written; nothing is half-written', async (t) => {
  const folder = temporary();
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  file('empty.log', '');
  file('binary.log', Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0, 1));
  file('nomap.log', '[    0.000000] Linux version 6.1.0\n[    0.000000] Command line: quiet\n');
  file('typo.yaml', 'name: x\nmap:\n  - { start: 0, size: 1G, type: useable }\n');
  file('half.json', '{"name": "x", "map": [');
  file('good.log', 'BIOS-e820: [mem 0x0000000000100000-0x000000003fffffff] usable\n');
  const cases: [string[], RegExp][] = [
    [['import', 'nowhere.log'], /^earlyboot: "nowhere\.log": no such file, folder or built-in machine/],
    [['import', 'empty.log'], /empty\.log: the file is empty: expected a kernel log/],
    [['import', 'binary.log'], /binary\.log: not a text file: byte 4 is 0$/],
    [['import', 'nomap.log'], /nomap\.log: no BIOS-e820 lines: expected/],
    [['import', '.'], /expected a folder with dmesg\.txt/],
    [
      ['import', 'good.log', '-o', 'no/such/folder.yaml'],
      /no\/such\/folder\.yaml: cannot be written: there is no folder .*no\/such$/,
    ],
    [['boot', 'typo.yaml'], /^earlyboot: typo\.yaml:3:33: map\.0\.type: "useable": expected usable/],
    [['boot', 'half.json'], /^earlyboot: half\.json:1:\d+: .*expected YAML or JSON/],
  ];
  for (const [argv, expected] of cases) {
    const { code, stdout, stderr } = await cli(argv, { cwd: folder });
    t.is(code, 2, argv.join(' '));
    t.is(stdout, '', argv.join(' '));
    t.regex(stderr.split('\n').findLast((line) => line !== '') ?? '', expected, argv.join(' '));
  }
  t.false(existsSync(join(folder, 'no')));
});

test('machines NAME prints a description that loads, also as JSON', async (t) => {
  const folder = temporary();
  t.teardown(() => rmSync(folder, { recursive: true }));
  const direct = await resolveMachine(io(folder), 'laptop-16g');
  for (const [file, ...flags] of [['m.yaml'], ['m.json', '--json']]) {
    const { stdout } = await cli(['machines', 'laptop-16g', ...flags]);
    writeFileSync(join(folder, file ?? ''), stdout);
    const loaded = await resolveMachine(io(folder), join(folder, file ?? ''));
    t.deepEqual({ ...loaded, origin: direct.origin }, direct);
  }
  const list: unknown = JSON.parse((await cli(['machines', '--json'])).stdout);
  t.like(list, { version: 1 });
  t.regex((await cli(['machines'])).stdout, /skylake-768g +2 +104 +768G/);
});

test('--cpu and --cpu-count change what is imported', async (t) => {
  const folder = temporary();
  t.teardown(() => rmSync(folder, { recursive: true }));
  const log = join(folder, 'a.log');
  writeFileSync(log, readFileSync(join(capture('6.1', 'q35-3g-2c').path, 'dmesg.txt')));
  const machine = await resolveMachine(io(folder), log, { cpu: 'la57=off', cpuCount: 7 });
  t.false(machine.cpu.la57);
  t.true(machine.cpu.pdpe1gb);
  t.is(machine.cpus.length, 7);
});
