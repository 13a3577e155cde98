// The kernel of a user's task as a worker thread sees it: leaves call the functions of the user's module.
import { attachKernel } from '../../kernel/kernel.ts';
import { profileNamed } from '../../kernels/profile_named.ts';
import type { CreateKernel } from '../../cpus/threads/threads-worker.ts';
import { loadFunctions } from './module.ts';
import { CHUNK, PARALLEL, taskText, topologyOf, type Task } from './text.ts';

/** What workers are told; plain data. */
export interface PadataWorkerData {
  readonly nodeOfCpu: readonly number[];
  /** Name of the kernel profile whose rules apply. */
  readonly kernel: string;
  readonly task: Task;
  readonly work: { readonly module: string; readonly data: unknown };
}

/** What a worker tells: what a job got. */
export interface PadataTold {
  readonly workers: number;
  readonly chunkSize: number;
}

export const createKernel: CreateKernel = async (unknown, mem, tell) => {
  // workers.ts made this.
  const { nodeOfCpu, kernel, task, work } = unknown as PadataWorkerData;
  const functions = await loadFunctions(work, task.kind === 'multithreaded' ? 'threadFn' : 'parallel');
  const text = taskText(task);
  const topology = topologyOf(nodeOfCpu);
  const k = attachKernel({
    ...{ mem, text, topology, padata: profileNamed(kernel).padata },
    trace: (event) => {
      if (event.kind === 'workers')
        tell({ workers: event.workers, chunkSize: event.chunkSize } satisfies PadataTold);
    },
  });
  return {
    start: (entry, arg) => text.named(entry)(k, arg),
    run: (leaf, arg, start, end) => {
      if (leaf === CHUNK) functions.chunk(start, end);
      else if (leaf === PARALLEL) functions.parallel(arg);
      else functions.serial(arg);
      return end - start;
    },
  };
};
