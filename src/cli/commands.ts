// Every command: its name, its line in the help, and how to load it.
import type { CommandEntry } from './command-entry.ts';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'boot',
    summary: 'boot a machine and print the log of its kernel',
    load: async () => (await import('./boot.ts')).bootCommand,
  },
  {
    name: 'import',
    summary: 'make a machine description of a kernel log and its ACPI tables',
    load: async () => (await import('./import.ts')).importCommand,
  },
  {
    name: 'machines',
    summary: 'list the built-in machines, or print one',
    load: async () => (await import('./machines.ts')).machinesCommand,
  },
  {
    name: 'verify',
    summary: 'compare the prediction with a real boot',
    load: async () => (await import('./verify.ts')).verifyCommand,
  },
  {
    name: 'judge',
    summary: 'boot a real Linux on a machine, and compare',
    load: async () => (await import('./judge.ts')).judgeCommand,
  },
  {
    name: 'linux',
    summary: 'boot a real 32-bit Linux on v86',
    load: async () => (await import('./linux.ts')).linuxCommand,
  },
  {
    name: 'explain',
    summary: 'tell what lies at an address, who took it and why',
    load: async () => (await import('./explain.ts')).explainCommand,
  },
  {
    name: 'missing',
    summary: 'tell where memory went, from what is installed to MemTotal',
    load: async () => (await import('./missing.ts')).missingCommand,
  },
  {
    name: 'fits',
    summary: 'tell whether crashkernel=, huge pages and the like find room',
    load: async () => (await import('./fits.ts')).fitsCommand,
  },
  {
    name: 'lint',
    summary: "hold a firmware's map and tables against rules",
    load: async () => (await import('./lint.ts')).lintCommand,
  },
  {
    name: 'kernels',
    summary: 'list the built-in kernels, or tell what is known of one',
    load: async () => (await import('./kernels.ts')).kernelsCommand,
  },
  {
    name: 'profile',
    summary: 'make a kernel profile of a kernel image or of a log',
    load: async () => (await import('./profile.ts')).profileCommand,
  },
  {
    name: 'diff',
    summary: 'compare two boots',
    load: async () => (await import('./diff.ts')).diffCommand,
  },
  {
    name: 'history',
    summary: 'tell what changed between kernels, and what of it matters on a machine',
    load: async () => (await import('./history.ts')).historyCommand,
  },
  {
    name: 'predict',
    summary: 'predict boot and deferred init with other thread counts',
    load: async () => (await import('./predict.ts')).predictCommand,
  },
  {
    name: 'calibrate',
    summary: "fit a machine's costs to measurements",
    load: async () => (await import('./calibrate.ts')).calibrateCommand,
  },
  {
    name: 'report',
    summary: 'write a boot, or two side by side, as an HTML report',
    load: async () => (await import('./report.ts')).reportCommand,
  },
  {
    name: 'page',
    summary: 'serve the page where machines boot live in the browser',
    load: async () => (await import('./page.ts')).pageCommand,
  },
  {
    name: 'explore',
    summary: 'run kernel threads under many schedules',
    load: async () => (await import('./explore.ts')).exploreCommand,
  },
  {
    name: 'campaign',
    summary: 'run many items on all cores or many hosts, and group what fails',
    load: async () => (await import('./campaign.ts')).campaignCommand,
  },
  {
    name: 'worker',
    summary: 'run items of campaigns for a Redis',
    load: async () => (await import('./campaign-serve.ts')).serveCommand,
  },
  {
    name: 'bench',
    summary: 'measure struct pages on threads, beside the same work in C',
    load: async () => (await import('./bench.ts')).benchCommand,
  },
  {
    name: 'completion',
    summary: 'print a completion script for a shell',
    load: async () => (await import('./completion.ts')).completionCommand,
  },
];
