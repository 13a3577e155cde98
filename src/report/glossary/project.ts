// Words of this project: what it boots, on what, how orders of steps are searched, and what a figure is worth.
import type { Topic } from './term.ts';

export const EXPLORER: Topic = {
  title: 'Kinds of CPU and the explorer',
  terms: [
    {
      word: 'simulated, threads, emulated',
      meaning:
        'the kinds of CPU that run kernel threads: one loop in virtual time, worker threads of the host over real memory, or v86 cores that run guest code.',
    },
    {
      word: 'schedule',
      meaning:
        'which thread moved at each step where more than one could: a plain list, which runs again the same.',
    },
    {
      word: 'step',
      meaning:
        "a thread's request (a lock, a wait, a start) and its code up to the next request that can meet another thread.",
    },
    {
      word: 'scenario',
      meaning: 'a few kernel threads and a rule that must hold in whatever order they move.',
    },
    {
      word: 'invariant',
      meaning: 'the rule: each page once, every work back in its pool, no page freed too early.',
    },
    { word: 'mutant', meaning: 'a scenario with a fault planted in it, which the explorer has to find.' },
    {
      word: 'token',
      meaning: "a schedule as text, such as mutant/lost-wake:1x11.0x3: explore's --replay runs it again.",
    },
    {
      word: 'lockset',
      meaning:
        'the locks that every access of a word held. When none is left, the word is shared without a lock.',
    },
  ],
};

export const PROJECT: Topic = {
  title: 'What is booted, and what a figure is worth',
  terms: [
    {
      word: 'machine',
      also: ['machine description'],
      meaning:
        'what there is to boot on: a built-in name, a description (YAML or JSON), a kernel log, or a folder of log and tables.',
    },
    {
      word: 'profile',
      meaning:
        'the facts of one kernel image: sizes, configuration, who calls what. A tool reads them from the image.',
    },
    {
      word: 'rule',
      meaning:
        "a named choice for something that changed between kernels; a kernel's rules are all changes up to it, folded.",
    },
    {
      word: 'run record',
      also: ['record'],
      meaning: 'what one boot did, as JSON. Reports, traces, explain and diff read nothing else.',
    },
    {
      word: 'capture',
      meaning: 'a real boot as it was seen: its log, its tables, what a tracer saw. The judge of the model.',
    },
    {
      word: 'judge',
      meaning:
        'a real kernel, booted under QEMU on the machine described, and what it did beside what was predicted.',
    },
    {
      word: 'assumed',
      meaning:
        'a fact that a boot used and that nobody told it. It is named, with what was taken and what would tell it.',
    },
    {
      word: 'campaign',
      meaning: 'a question asked of many machines, kernels or schedules: on all cores, or on many hosts.',
    },
    {
      word: 'model, measured, emulated, published',
      meaning:
        'where a time comes from: a cost model, threads of the host, emulated CPUs, or the literature. They are never mixed in one column.',
    },
  ],
};
