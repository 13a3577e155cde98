// A real kernel under our loader, against the model: the whole way, as the command goes it.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cli } from '../helpers/cli.ts';
import { ROOT } from '../helpers/sources.ts';
import { fakeBzImage } from './helpers/bzimage.ts';
import { writeFileSync } from 'node:fs';
import { haveQemu64, LONG_BOOTS, vmlinuz61 } from './helpers/qemu.ts';

const kernel = vmlinuz61();
const possible = haveQemu64() && kernel !== null;

function folder(): { readonly path: string; readonly done: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'earlyboot-test-'));
  return { path, done: () => rmSync(path, { recursive: true }) };
}

test.serial(
  'a real 6.1 on tiny-512m prints every predicted memory line; the capture folder is whole',
  async (t) => {
    if (!possible) {
      t.log(
        'skipped: qemu-system-x86_64 or a Debian 6.1.0-56 kernel (EARLYBOOT_VMLINUZ, .tmp/kernels, /boot) is not there',
      );
      t.pass();
      return;
    }
    t.timeout(600_000);
    const { path, done } = folder();
    try {
      const out = join(path, 'kept');
      const { code, stdout, stderr } = await cli(['judge', 'tiny-512m', '--kernel', kernel ?? '', '-o', out]);
      t.is(code, 0, stderr);
      t.regex(
        stdout,
        /^tiny-512m: 100\.00 % of memory lines exact \((\d+) of \1 real, \1 predicted\)\n {2}zones: agree/,
      );
      const names = readdirSync(out);
      for (const name of [
        'dmesg.txt',
        'machine.json',
        'machine.yaml',
        'acpi',
        'zoneinfo.txt',
        'iomem.txt',
        'nodes.txt',
      ])
        t.true(names.includes(name), name);
      t.regex(readFileSync(join(out, 'firmware_memmap.txt'), 'latin1'), /^0 0x0 0x9fbff System RAM\n/);
      t.true(readdirSync(join(out, 'acpi')).includes('APIC.bin'));
      // the folder is a machine again
      const again = await cli(['boot', join(out, 'machine.yaml')]);
      t.is(again.code, 0);
      t.deepEqual(readdirSync(path), ['kept']); // nothing beside it
    } finally {
      done();
    }
  },
);

test.serial('with --trace jobs, chunks and both memblock tables are the real ones', async (t) => {
  if (!possible || !LONG_BOOTS) {
    t.log('skipped: needs EARLYBOOT_LONG_BOOTS, qemu-system-x86_64 and a Debian 6.1.0-56 kernel');
    t.pass();
    return;
  }
  t.timeout(600_000);
  const { path, done } = folder();
  try {
    const machine = join(path, 'm.yaml');
    writeFileSync(
      machine,
      [
        'name: two-nodes',
        'map:',
        '  - { start: 0, size: 576K, type: usable }',
        '  - { start: 1M, end: 0x6fffffff, type: usable }',
        '  - { start: 0x70000000, size: 64K, type: ACPI data }',
        '  - { start: 4G, size: 3G, type: usable }',
        'cpus: 2',
        'nodes:',
        "  - { cpus: '0', memory: [{ start: 0, size: 5G }] }",
        "  - { cpus: '1', memory: [{ start: 5G, size: 2G }] }",
        'cpu: { vendor: AuthenticAMD, la57: false, pdpe1gb: true, x2apic: false }',
      ].join('\n'),
    );
    const { code, stdout, stderr } = await cli(['judge', machine, '--kernel', kernel ?? '', '--trace']);
    t.is(code, 0, stderr + stdout);
    for (const what of [
      'first_deferred_pfn',
      'jobs',
      'workers',
      'chunks',
      'zones',
      'memblock at memblock_free_all',
    ])
      t.regex(stdout, new RegExp(`  ${what}: agree \\([1-9]`), what);
  } finally {
    done();
  }
});

test('bad input: one line, status 2, before anything runs', async (t) => {
  const { path, done } = folder();
  try {
    const file = (name: string, bytes: Uint8Array): string => {
      writeFileSync(join(path, name), bytes);
      return join(path, name);
    };
    const program = (name: string, says: string): string => {
      writeFileSync(join(path, name), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
      return join(path, name);
    };
    const good = file('good', fakeBzImage());
    const cases: [string[], RegExp][] = [
      [['tiny-512m'], /required option '--kernel <vmlinuz>' not specified/],
      [['tiny-512m', '--kernel', join(path, 'none')], /none: no such file or folder/],
      [['tiny-512m', '--kernel', file('text', new Uint8Array(4096))], /text: expected a bzImage/],
      [
        ['tiny-512m', '--kernel', file('cut', fakeBzImage().subarray(0, 5000))],
        /cut: cut off: 5000 bytes, its header/,
      ],
      [['tiny-512m', '--kernel', file('i386', fakeBzImage({ xloadflags: 0 }))], /a 32-bit kernel/],
      [
        ['tiny-512m', '--kernel', good, '--qemu', 'no-such-qemu'],
        /needs QEMU: no-such-qemu: not found \(apt-get install/,
      ],
      [
        ['tiny-512m', '--kernel', good, '--qemu', program('old-qemu', 'QEMU emulator version 6.0.91')],
        /old-qemu: QEMU 6\.0: expected 6\.1 or later/,
      ],
      [
        ['tiny-512m', '--kernel', good, '--qemu', process.execPath],
        /no QEMU: expected "QEMU emulator version/,
      ],
      [
        ['tiny-512m', '--kernel', file('hollow', fakeBzImage({ release: '3.9.9' }))],
        /hollow: boot header: payload of 0 bytes/,
      ],
      [['--kernel', good, '--deadline', '0'], /expected a whole number from 1/],
    ];
    if (haveQemu64())
      cases.push(
        [['--kernel', good], /expected machines, or --random and how many/],
        [['tiny-512m', '--random', '2', '--kernel', good], /expected machines, or --random and how many/],
        [['monster-64t', '--kernel', good], /monster-64t: \d+ CPUs|40 address bits|up to 0x/],
        [
          ['tiny-512m', '--kernel', file('huge', fakeBzImage({ initSize: 0x20000000 }))],
          /no room for the kernel/,
        ],
        [['tiny-512m', '--kernel', good, '-o', path], /is not empty: expected a new or empty folder/],
        [['tiny-512m', '--kernel', good, '--profile', '7'], /kernel "7": did you mean 7\.0\?/],
        [
          ['tiny-512m', '--kernel', good, '--trace', '--profile', '6.1'],
          /good: boot header: payload of 0 bytes/,
        ],
      );
    for (const [args, expected] of cases) {
      const { code, stdout, stderr } = await cli(['judge', ...args]);
      const errors = stderr.split('\n').filter((line) => !line.startsWith('earlyboot: warning: '));
      t.is(code, 2, `${args.join(' ')}: ${stderr}`);
      t.is(stdout, '');
      t.regex(errors.join('\n'), expected);
      t.is(errors.length, 2, stderr);
    }
  } finally {
    done();
  }
});

test('a guest that says nothing is given up at the deadline, and QEMU is gone', async (t) => {
  if (!haveQemu64()) {
    t.log('skipped: qemu-system-x86_64 is not installed');
    t.pass();
    return;
  }
  const { path, done } = folder();
  try {
    const image = join(path, 'vmlinuz');
    writeFileSync(image, fakeBzImage({ setup: [0xeb, 0xfe] })); // jmp to itself
    const machine = join(path, 'm.yaml');
    writeFileSync(
      machine,
      'name: crowd\nmap:\n  - { start: 0, size: 639K, type: usable }\n  - { start: 1M, size: 511M, type: usable }\n  - { start: 512M, size: 64K, type: ACPI data }\ncpus: 255\n',
    );
    const { code, stdout, stderr } = await cli([
      ...['judge', machine, '--kernel', image, '--profile', '6.1', '--deadline', '3'],
    ]);
    t.is(code, 1, stderr);
    t.is(stdout, '');
    t.regex(
      stderr,
      /crowd: the kernel did not come to init before the deadline; it never said anything \(255 CPUs on a host with \d+: --accel kvm where the host has it, fewer CPUs or a longer --deadline may help\)\n$/,
    );
    t.deepEqual(guestsOf(path), []);
  } finally {
    done();
  }
});

test('SIGINT ends the guest and removes its files', async (t) => {
  if (!haveQemu64()) {
    t.log('skipped: qemu-system-x86_64 is not installed');
    t.pass();
    return;
  }
  const { path, done } = folder();
  try {
    const image = join(path, 'vmlinuz');
    writeFileSync(image, fakeBzImage({ setup: [0xeb, 0xfe] }));
    const child = spawn(
      process.execPath,
      [
        ...[join(ROOT, 'src/cli/earlyboot.js'), 'judge', 'tiny-512m', '--kernel', image],
        ...['--profile', '6.1', '--deadline', '120'],
      ],
      { env: { ...process.env, TMPDIR: path }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      if (/booting/.test(text)) child.kill('SIGINT');
    });
    const signal = await new Promise((resolve) => child.on('close', (_code, name) => resolve(name)));
    t.is(signal, 'SIGINT', stderr);
    t.deepEqual(readdirSync(path), ['vmlinuz']);
    t.deepEqual(guestsOf(path), []);
  } finally {
    done();
  }
});

/** Command lines of processes that name `path`, out of /proc. */
function guestsOf(path: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      } catch {
        return ''; // gone meanwhile
      }
    })
    .filter((line) => line.includes(path) && line.includes('qemu'));
}
