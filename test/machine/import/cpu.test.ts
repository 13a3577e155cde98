import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { cpuFromCpuinfo } from '../../../src/machine/import/cpuinfo.ts';
import { machineFromFolder } from '../../../src/machine/import/path.ts';
import { factsOfQemuArgs } from '../../../src/machine/import/qemu-args.ts';

const CPUINFO = `processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
flags\t\t: fpu vme de pse tsc msr pae nx mmxext fxsr_opt pdpe1gb rdtscp lm x2apic hypervisor
bugs\t\t: sysret_ss_attrs
address sizes\t: 48 bits physical, 48 bits virtual

processor\t: 1
vendor_id\t: AuthenticAMD
flags\t\t: fpu la57
`;

test('/proc/cpuinfo: features of the first CPU', (t) => {
  t.deepEqual(cpuFromCpuinfo(CPUINFO), {
    vendor: 'AuthenticAMD',
    la57: false,
    pdpe1gb: true,
    physBits: 48,
    x2apic: true,
    hypervisor: 'KVMKVMKVM',
  });
  t.is(cpuFromCpuinfo('Processor : ARMv7\n'), null);
});

test('cpuinfo.txt in a folder goes before machine.json', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'earlyboot-cpu-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'dmesg.txt'), 'BIOS-e820: [mem 0x0000000000100000-0x000000003fffffff] usable\n');
  writeFileSync(
    join(folder, 'machine.json'),
    JSON.stringify({ name: 'n', qemu: ['qemu', '-cpu', 'qemu64'] }),
  );
  const before = await machineFromFolder(folder);
  t.is(before.name, 'n');
  t.false(before.cpu.pdpe1gb);
  writeFileSync(join(folder, 'cpuinfo.txt'), CPUINFO);
  t.true((await machineFromFolder(folder)).cpu.pdpe1gb);
});

test('QEMU arguments: model, switched features, accelerator, sockets', (t) => {
  const facts = (...args: string[]) => factsOfQemuArgs(['qemu-system-x86_64', ...args]);
  const features = (...args: string[]) => {
    const { cpu } = facts(...args);
    return cpu && [cpu.la57, cpu.pdpe1gb, cpu.x2apic];
  };
  t.is(facts().cpu, null);
  t.deepEqual(features('-cpu', 'max'), [true, true, true]);
  t.deepEqual(features('-cpu', 'max,la57=off,-pdpe1gb,x2apic=off'), [false, false, false]);
  t.deepEqual(features('-cpu', 'qemu64,+pdpe1gb,la57=on'), [true, true, true]);
  t.deepEqual(features('-cpu', 'Skylake-Server-v4'), [false, true, true]);
  t.deepEqual(features('-cpu', 'Icelake-Server'), [true, true, true]);
  t.deepEqual(features('-cpu', 'EPYC-Rome'), [false, true, true]);
  t.deepEqual(features('-cpu', 'EPYC-Genoa'), [true, true, true]);
  t.deepEqual(features('-cpu', 'Haswell'), [false, false, true]);
  t.is(facts('-cpu', 'host', '-accel', 'kvm').cpu?.hypervisor, 'KVMKVMKVM');
  t.is(facts('-cpu', 'max', '-accel', 'tcg').cpu?.physBits, 40);
  t.is(facts('-smp', '8,sockets=2,cores=4').sockets, 2);
  t.is(facts('-smp', '8').sockets, null);
});
