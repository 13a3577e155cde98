// Early states of built-in machines and of plain ones, each booted once in a test file.
import { DEFAULT_BOOT } from '../../../src/boot/machine.ts';
import { prepare, type Prepared } from '../../../src/cli/early-state.ts';
import { builtinMachine } from '../../../src/machine/builtin/list.ts';
import type { MachineDescription } from '../../../src/machine/spec/description.ts';
import { normalise } from '../../../src/machine/spec/normalise.ts';
import type { Measurement } from '../../../src/predict/measurement.ts';

const booted = new Map<string, Promise<Prepared>>();

/** A built-in machine under a kernel profile, at the start of deferred init. */
export function builtin(name: string, kernel = 'v2'): Promise<Prepared> {
  const key = `${name} ${kernel}`;
  const known = booted.get(key);
  if (known) return known;
  const made = builtinMachine(name).then((spec) => {
    if (spec === null) throw new Error(`no built-in machine ${name}`);
    return prepare(spec, { ...DEFAULT_BOOT, cmdline: spec.cmdline, kernel });
  });
  booted.set(key, made);
  return made;
}

/** Nodes of equal size with memory from 4 GiB on, as a published table describes a machine. */
export function plain(
  name: string,
  shape: { readonly nodes?: number; readonly cores: number; readonly threads?: number; readonly gib: number },
): Promise<Prepared> {
  const { nodes = 1, cores, threads = 1, gib } = shape;
  const description: MachineDescription = {
    name,
    map: [
      { start: 0, size: '640K', type: 'usable' },
      { start: '1M', end: '0x7fefffff', type: 'usable' },
      { start: '0x7ff00000', end: '0x7fffffff', type: 'ACPI data' },
      { start: '4G', size: `${gib * nodes - 2}G`, type: 'usable' },
    ],
    cpus: { sockets: nodes, cores, threads },
    ...(nodes > 1 && {
      nodes: Array.from({ length: nodes }, (_, node) => {
        const perNode = cores * threads;
        const cpus = `${node * perNode}-${(node + 1) * perNode - 1}`;
        const high = {
          start: `${4 + node * gib - (node > 0 ? 2 : 0)}G`,
          size: `${node > 0 ? gib : gib - 2}G`,
        };
        return { cpus, memory: node > 0 ? [high] : [{ start: 0, size: '2G' }, high] };
      }),
    }),
    cmdline: 'console=ttyS0',
  };
  const spec = normalise(description, { kind: 'builtin', path: name });
  return prepare(spec, { ...DEFAULT_BOOT, cmdline: spec.cmdline, kernel: 'v2' });
}

/** A row with a time only. */
export function row(threads: number, deferredInitMs: number, stdevMs: number | null = null): Measurement {
  return {
    threads,
    deferredInitMs,
    deferredInitStdevMs: stdevMs,
    bootMs: null,
    bootStdevMs: null,
    resolutionMs: 1,
  };
}
