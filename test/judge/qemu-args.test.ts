// QEMU's arguments for a description. The limits are those of hw/i386/pc_q35.c and pc_piix.c (7.2).
import test from 'ava';
import { needAccel } from '../../src/judge/qemu.ts';
import { GiB, MiB } from '../../src/lib/units.ts';
import { judgedCommandLine } from '../../src/judge/command-line.ts';
import { cpuArgs } from '../../src/judge/qemu-cpus.ts';
import { hostMemoryNeeded, memoryArgs, qemuMemory } from '../../src/judge/qemu-memory.ts';
import type { MapEntryDescription } from '../../src/machine/spec/description.ts';
import { machine } from './helpers/machine.ts';

const TABLES: MapEntryDescription = { start: '1M', size: '64K', type: 'ACPI data' };
const memoryOf = (...ends: [string | number, number][]) =>
  qemuMemory(
    machine({
      map: [TABLES, ...ends.map(([start, end]) => ({ start, end: end - 1, type: 'usable' as const }))],
    }),
    [],
    'tcg',
  );

test('RAM to the last usable byte, in whole MiB', (t) => {
  t.deepEqual(memoryOf(['1M', 512 * MiB]), { machine: 'q35', below4G: 512 * MiB, above4G: 0 });
  t.deepEqual(memoryOf(['1M', 512 * MiB + 1]), { machine: 'q35', below4G: 513 * MiB, above4G: 0 });
  t.deepEqual(memoryOf(['1M', GiB], ['4G', 5 * GiB + 1]), {
    machine: 'q35',
    below4G: GiB,
    above4G: GiB + MiB,
  });
});

test('other types need no RAM; tables do, wherever they are', (t) => {
  const map: MapEntryDescription[] = [
    { start: '1M', size: '255M', type: 'usable' },
    { start: '1G', size: '1G', type: 'ACPI data' },
  ];
  t.is(qemuMemory(machine({ map }), [], 'tcg').below4G, 256 * MiB);
  t.is(qemuMemory(machine({ map }), [{ start: GiB, end: GiB + 16 }], 'tcg').below4G, GiB + MiB);
});

test('q35 to 2 GiB where there is memory above 4 GiB, the i440FX to 3 GiB, none further', (t) => {
  t.is(memoryOf(['1M', 2 * GiB], ['4G', 5 * GiB]).machine, 'q35');
  t.is(memoryOf(['1M', 2 * GiB + 1], ['4G', 5 * GiB]).machine, 'pc');
  t.is(memoryOf(['1M', 3 * GiB], ['4G', 5 * GiB]).machine, 'pc');
  t.throws(() => memoryOf(['1M', 3 * GiB + 1], ['4G', 5 * GiB]), {
    message: /up to 0xc0000000 below 4 GiB where there is/,
  });
  t.is(memoryOf(['1M', 0xb0000000]).machine, 'q35');
  t.is(memoryOf(['1M', 0xb0000001]).machine, 'pc');
  t.throws(() => memoryOf(['1M', 0xe0000001]), { message: /up to 0xe0000000 below 4 GiB$/ });
});

test("the translator's 40 address bits end it below 1 TiB", (t) => {
  t.is(memoryOf(['1M', GiB], ['4G', 960 * GiB]).above4G, 956 * GiB);
  t.throws(() => memoryOf(['1M', GiB], ['4G', 960 * GiB + 1]), { message: /40 address bits/ });
});

test('memory arguments: the split is asked for where there is one', (t) => {
  t.deepEqual(memoryArgs({ machine: 'q35', below4G: 512 * MiB, above4G: 0 }), [
    ...['-object', 'memory-backend-ram,id=ram0,size=536870912,reserve=off'],
    ...['-machine', 'q35,memory-backend=ram0', '-m', '512M'],
  ]);
  t.deepEqual(memoryArgs({ machine: 'q35', below4G: GiB, above4G: 4 * GiB }).slice(2), [
    ...['-machine', 'q35,memory-backend=ram0,max-ram-below-4g=2147483648', '-m', '6144M'],
  ]);
  t.is(hostMemoryNeeded({ machine: 'q35', below4G: 0, above4G: 64 * GiB }), 1.5 * GiB);
});

test('CPUs: the topology whose APIC ids are those of the MADT', (t) => {
  const smp = (cpus: NonNullable<Parameters<typeof machine>[0]>['cpus'], nodes = 0): string => {
    const spec = machine({ cpus, nodes: Array.from({ length: nodes }, (_, pxm) => ({ pxm })) });
    const args = cpuArgs(spec);
    return args.slice(args.indexOf('-smp') + 1).join(' ');
  };
  t.is(smp(1), '1,sockets=1,cores=1,threads=1');
  t.is(smp(4), '4,sockets=1,cores=4,threads=1');
  t.is(smp(4, 2), '4,sockets=4,cores=1,threads=1'); // a socket must not span nodes
  t.is(
    smp({ sockets: 2, cores: 18, threads: 2, order: 'siblings-last' }, 2),
    '72,sockets=2,cores=18,threads=2',
  );
  t.is(smp([0, 1, { apicId: 2, enabled: false }]), '2,sockets=1,cores=2,threads=1');
  t.is(
    smp([0, 5]),
    '1,maxcpus=6,sockets=6,cores=1,threads=1 -device max-x86_64-cpu,socket-id=5,die-id=0,core-id=0,thread-id=0',
  );
  t.throws(() => smp([1, 2]), { message: /no enabled CPU with APIC id 0/ });
  t.is(smp(255), '255,sockets=1,cores=255,threads=1');
  t.throws(() => smp(256), { message: 'test.yaml: 256 CPUs: QEMU has at most 255' });
  t.throws(() => smp([0, 300]), { message: /APIC id 300: QEMU has ids up to 254/ });
});

test('CPU features as described', (t) => {
  const cpu = { vendor: 'AuthenticAMD', la57: false, pdpe1gb: true, x2apic: false, hypervisor: null };
  t.is(cpuArgs(machine({ cpu }))[1], 'max,vendor=AuthenticAMD,la57=off,pdpe1gb=on,x2apic=off,hypervisor=off');
});

test("a 32-bit kernel's CPU is v86's, whatever is described", (t) => {
  const cpu = cpuArgs(machine(), false)[1] ?? '';
  t.true(cpu.endsWith(',family=6,model=7,stepping=3,clflush=off'), cpu);
  t.false((cpuArgs(machine())[1] ?? '').includes('clflush'));
});

test('KVM that is not there, or not for this user, is said before anything runs', async (t) => {
  await t.notThrowsAsync(needAccel('tcg', '/no/such/device'));
  await t.notThrowsAsync(needAccel('kvm', '/dev/null'));
  await t.throwsAsync(needAccel('kvm', '/no/such/device'), {
    message: '--accel kvm: /no/such/device: this host has none: expected KVM, or --accel tcg',
  });
  await t.throwsAsync(needAccel('kvm', '/dev/null/kvm'), { message: /not accessible to this user/ });
});

test('the command line: what is missing comes first, what is there stays as it is', (t) => {
  t.is(
    judgedCommandLine('quiet  mem=1G'),
    'ignore_loglevel console=ttyS0 earlyprintk=ttyS0,115200 memblock=debug panic=-1 nokaslr no_timer_check quiet mem=1G',
  );
  const all =
    'panic=5 nokaslr console=ttyS0,9600 memblock=debug earlyprintk=serial ignore_loglevel no_timer_check';
  t.is(judgedCommandLine(all), all);
  t.true(judgedCommandLine('console=tty0').includes('console=ttyS0 '));
});
