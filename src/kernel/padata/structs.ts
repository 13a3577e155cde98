// Mirrors the structs of include/linux/padata.h (v6.1) as words: where each field is.
import type { CpuId } from '../../lib/units.ts';
import type { Word } from '../../cpu/op.ts';
import type { Kernel } from '../kernel.ts';
import { listFields } from '../list.ts';
import { WORK_FIELDS, WORK_WORDS } from '../workqueue.ts';

/** struct padata_priv: an object to be parallelised. Users put their own words after these. */
export const PADATA_PRIV_WORDS = 8;
/** Link in a reorder or serial list. */
export const PRIV_LIST = 0;
export const PRIV_PD = 2;
export const PRIV_CB_CPU = 3;
export const PRIV_SEQ_NR = 4;
export const PRIV_INFO = 5;
/** Addresses of the callbacks, both called with the object. */
export const PRIV_PARALLEL = 6;
export const PRIV_SERIAL = 7;

export const PRIV_FIELDS: readonly string[] = [
  ...listFields('list'),
  ...['pd', 'cb_cpu', 'seq_nr', 'info', 'parallel', 'serial', 'own'],
];

/** struct padata_instance, then its two CPU masks. */
export const PINST_LOCK = 0;
export const PINST_FLAGS = 1;
export const PINST_PSLIST = 2;
export const PINST_CPUHP_NODE = 4;
/** The pool behind parallel_wq, and those behind serial_wq, one for each CPU. */
export const PINST_PARALLEL_POOL = 6;
export const PINST_SERIAL_POOLS = 7;
const PINST_MASKS = 8;
export const PINST_FIELDS: readonly string[] = [
  ...['lock', 'flags', ...listFields('pslist'), ...listFields('cpuhp_node')],
  ...['parallel_wq', 'serial_wq', 'cpumask'],
];

export const PADATA_INIT = 1;
export const PADATA_RESET = 2;
export const PADATA_INVALID = 4;

export const pinstWords = (k: Kernel): number => PINST_MASKS + 2 * k.data.maskWords;
/** cpumask.pcpu and cpumask.cbcpu of an instance: who may work in parallel, and who may call back. */
export const pinstPcpu = (pinst: Word): Word => pinst + PINST_MASKS;
export const pinstCbcpu = (k: Kernel, pinst: Word): Word => pinst + PINST_MASKS + k.data.maskWords;

/** struct padata_shell. */
export const PADATA_SHELL_WORDS = 5;
export const SHELL_PINST = 0;
export const SHELL_PD = 1;
export const SHELL_OPD = 2;
export const SHELL_LIST = 3;
export const SHELL_FIELDS: readonly string[] = ['pinst', 'pd', 'opd', ...listFields('list')];

/** struct parallel_data, then its two masks, a padata_list and a padata_serial_queue for each CPU. */
export const PD_SHELL = 0;
export const PD_REFCNT = 1;
export const PD_SEQ_NR = 2;
export const PD_PROCESSED = 3;
export const PD_CPU = 4;
const PD_MASKS = 5;
export const PD_FIELDS: readonly string[] = ['shell', 'refcnt', 'seq_nr', 'processed', 'cpu', 'cpumask'];
/** struct padata_list: lock, list head. */
export const LIST_WORDS = 3;
export const LIST_FIELDS: readonly string[] = ['lock', ...listFields('list')];
/** struct padata_serial_queue: its padata_list, its work, its parallel_data. */
export const SQUEUE_WORDS = LIST_WORDS + WORK_WORDS + 1;
export const SQUEUE_FIELDS: readonly string[] = [
  ...LIST_FIELDS,
  ...WORK_FIELDS.map((field) => `work.${field}`),
  'pd',
];

export const pdPcpu = (pd: Word): Word => pd + PD_MASKS;
export const pdCbcpu = (k: Kernel, pd: Word): Word => pd + PD_MASKS + k.data.maskWords;

const pdLists = (k: Kernel, pd: Word): Word => pd + PD_MASKS + 2 * k.data.maskWords;

/** The reorder list of a CPU: its lock; the list head is in the next word. */
export const reorderList = (k: Kernel, pd: Word, cpu: CpuId): Word => pdLists(k, pd) + cpu * LIST_WORDS;
/** The serial queue of a CPU: its lock; the list head is in the next word. */
export const serialQueue = (k: Kernel, pd: Word, cpu: CpuId): Word =>
  pdLists(k, pd) + k.topology.nrCpuIds * LIST_WORDS + cpu * SQUEUE_WORDS;
export const squeueWork = (squeue: Word): Word => squeue + LIST_WORDS;
export const squeuePd = (squeue: Word): Word => squeue + LIST_WORDS + WORK_WORDS;
/** The serial queue that a work belongs to (container_of). */
export const squeueOfWork = (work: Word): Word => work - LIST_WORDS;
export const listOf = (lockAndList: Word): Word => lockAndList + 1;

export const pdWords = (k: Kernel): number =>
  PD_MASKS + 2 * k.data.maskWords + k.topology.nrCpuIds * (LIST_WORDS + SQUEUE_WORDS);

export const EINVAL = -22;
export const EBUSY = -16;
