// QEMU's -cpu and -smp for a description: the same APIC ids as the MADT says are there, and the CPU features that matter.
import { ilog2, roundupPowOfTwo } from '../lib/align.ts';
import { InputError } from '../lib/input-error.ts';
import type { CpuidLeaf } from '../arch/x86/boot/params.ts';
import type { CpuFeatures, MachineSpec } from '../machine/spec.ts';

/** APIC ids are bytes without interrupt remapping, and 255 is everybody's. */
const MOST_CPUS = 255;

/** v86's CPU, a Pentium III without CLFLUSH: a 32-bit kernel takes the size of a cache line from there. To QEMU … */
const V86_FLAGS = ',family=6,model=7,stepping=3,clflush=off';
/** … and to the model. */
export const V86_CPUID: readonly CpuidLeaf[] = [
  { leaf: 0, subleaf: 0, eax: 1, ebx: 0x756e6547, ecx: 0x6c65746e, edx: 0x49656e69 }, // GenuineIntel
  { leaf: 1, subleaf: 0, eax: 0x673, ebx: 0, ecx: 0, edx: 0 },
];

/** APIC ids as x86_apicid_from_topo_ids of QEMU counts them: a field each for thread, core and socket. */
function apicIds(sockets: number, cores: number, threads: number): number[] {
  const coreShift = ilog2(roundupPowOfTwo(threads));
  const socketShift = coreShift + ilog2(roundupPowOfTwo(cores));
  const ids: number[] = [];
  for (let socket = 0; socket < sockets; socket++)
    for (let core = 0; core < cores; core++)
      for (let thread = 0; thread < threads; thread++)
        ids.push(socket * 2 ** socketShift + core * 2 ** coreShift + thread);
  return ids;
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/**
 * The arguments for a 64-bit kernel, or a 32-bit one where `wide` is false: sockets, cores and threads where those give the ids, else a socket for each id, with the CPUs put in one by one.
 * @throws InputError 'usage' where there are too many, or none has id 0
 */
export function cpuArgs(spec: MachineSpec, wide = true): string[] {
  const ids = spec.cpus
    .filter((cpu) => cpu.enabled)
    .map((cpu) => cpu.apicId)
    .sort((a, b) => a - b);
  const count = ids.length;
  if (count > MOST_CPUS)
    throw new InputError('usage', `${spec.origin.path}: ${count} CPUs: QEMU has at most ${MOST_CPUS}`);
  if (ids[0] !== 0)
    throw new InputError(
      'usage',
      `${spec.origin.path}: no enabled CPU with APIC id 0: QEMU's boot CPU has that id`,
    );
  const cpu = ['-cpu', `max,${featureFlags(spec.cpu)}${wide ? '' : V86_FLAGS}`];
  const { topology, nodes } = spec;
  const shapes = [
    ...(topology !== null ? [[topology.sockets, topology.cores, topology.threads]] : []),
    [1, count, 1],
    [count, 1, 1],
  ] as [number, number, number][];
  // Linux warns where a socket spans nodes: a socket for each CPU rather than one for all
  const fitting = shapes.filter((shape) => same(apicIds(...shape), ids));
  const shape = fitting.find(([sockets]) => sockets >= nodes.length) ?? fitting[0];
  if (shape !== undefined) {
    const [sockets, cores, threads] = shape;
    return [...cpu, '-smp', `${count},sockets=${sockets},cores=${cores},threads=${threads}`];
  }
  const most = (ids.at(-1) ?? 0) + 1;
  if (most > MOST_CPUS)
    throw new InputError(
      'usage',
      `${spec.origin.path}: APIC id ${most - 1}: QEMU has ids up to ${MOST_CPUS - 1}`,
    );
  return [
    ...cpu,
    ...['-smp', `1,maxcpus=${most},sockets=${most},cores=1,threads=1`],
    ...ids
      .slice(1)
      .flatMap((id) => ['-device', `max-x86_64-cpu,socket-id=${id},die-id=0,core-id=0,thread-id=0`]),
  ];
}

/** `vendor=GenuineIntel,la57=off,…`: what early boot depends on. */
function featureFlags(cpu: CpuFeatures): string {
  const flag = (name: string, on: boolean): string => `${name}=${on ? 'on' : 'off'}`;
  return [
    `vendor=${cpu.vendor}`,
    flag('la57', cpu.la57),
    flag('pdpe1gb', cpu.pdpe1gb),
    'x2apic=off', // the translator has none, and says so on stderr; early boot needs none below 255 CPUs
    flag('hypervisor', cpu.hypervisor !== null),
  ].join(',');
}
