// A worker thread's main: waits for runs, and in each carries its CPUs until the run is over.
import { parentPort } from 'node:worker_threads';
import { Bug } from '../../lib/bug.ts';
import { SharedMemory } from '../../cpu/memory.ts';
import { Control, STATE_STOP } from './control.ts';
import { faultBefore } from './faults.ts';
import type { RunRequest, Told, WorkerMessage } from './messages.ts';
import { SharedSlots } from './slots.ts';
import { Wakeups } from './wakeups.ts';
import { Runqueue } from './runqueue.ts';
import type { KernelEntries } from './runqueue.ts';

/** What a kernel module exports: builds the kernel as this worker sees it, once what it needs is loaded. `tell` carries log lines
 * and trace points. */
export type CreateKernel = (
  data: unknown,
  memory: SharedMemory,
  tell: (what: unknown) => void,
) => KernelEntries | Promise<KernelEntries>;

const port = parentPort;
if (port === null) throw new Bug('cpus/threads/threads-worker.ts runs as a worker thread only');
const post = (message: WorkerMessage): void => port.postMessage(message);

async function run(request: RunRequest): Promise<void> {
  const control = new Control(request.control, request.cpuCount);
  const told: Told[] = [];
  let queue: Runqueue | undefined;
  try {
    const now = (): number => Number(process.hrtime.bigint() - request.originNs);
    const tell = (what: unknown): void => {
      const { cpu, id, name } = queue?.current ?? { cpu: request.cpus[0] ?? 0, id: 0, name: '' };
      told.push({ atNs: now(), cpu, thread: id, name, what });
    };
    const memory = new SharedMemory(request.memory);
    const create = await loadKernel(request.kernel.module);
    const kernel = await create(request.kernel.data, memory, tell);
    const before = faultBefore(request.fault, request.delays, request.cpus);
    const starts = new SharedSlots(request.starts, request.cpuCount);
    queue = new Runqueue({
      ...{ control, memory, kernel, now, cpus: request.cpus, hz: request.hz, rootId: request.root.id },
      starts,
      leaves: new SharedSlots(request.leaves, request.cpuCount),
      wakeups: new Wakeups(request.wakeups),
      ...(before ? { before } : {}),
    });
    const cpuBefore = threadCpuNs();
    if (control.arrive() === request.workers) {
      starts.put(request.root);
      control.ring();
    }
    queue.loop();
    const cpuAfter = threadCpuNs();
    const cpuNs = cpuBefore === null || cpuAfter === null ? null : cpuAfter - cpuBefore;
    post({ kind: 'done', chunks: queue.chunks, told, cpuNs });
  } catch (error) {
    control.setState(STATE_STOP);
    const { cpu, name } = queue?.current ?? { cpu: null, name: null };
    const history = error instanceof Bug ? error.history : [];
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    post({ kind: 'failed', cpu, thread: name, error: text, history });
  }
}

/** User and system time of this thread so far; Node tells from 23.9 on. */
function threadCpuNs(): number | null {
  if (!('threadCpuUsage' in process)) return null;
  const { user, system } = process.threadCpuUsage();
  return (user + system) * 1000;
}

async function loadKernel(url: string): Promise<CreateKernel> {
  const module: unknown = await import(url);
  if (typeof module === 'object' && module !== null && 'createKernel' in module) {
    const { createKernel } = module;
    // The engine cannot tell a function's parameters; every kernel module exports a CreateKernel.
    if (typeof createKernel === 'function') return createKernel as CreateKernel;
  }
  throw new Bug(`${url} exports no createKernel`);
}

port.on('message', (request: RunRequest) => void run(request));
post({ kind: 'ready' });
