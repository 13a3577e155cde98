// Whole multithreaded jobs, sound and with faults in padata_do_multithreaded() or in what is asked of it.
import { MAX_ORDER_NR_PAGES, PAGES_PER_SECTION } from '../../lib/units.ts';
import type { Scenario } from '../../cpus/simulated/explore/scenario.ts';
import { mtJobs, type MtJobOptions } from '../mt-job.ts';
import { countsWanted, leaksWork } from '../mutants/jobs.ts';

const SECTION = PAGES_PER_SECTION;
const BLOCK = MAX_ORDER_NR_PAGES;
const ONE_NODE = [0, 0, 0];
const TWO_NODES = [0, 0, 1, 1];

const job = (
  start: number,
  size: number,
  maxThreads: number,
  align = 1,
  minChunk = 1,
): MtJobOptions['jobs'][0][0] => ({
  start,
  size,
  align,
  minChunk,
  maxThreads,
});

const mtJob = mtJobs({
  name: 'mt-job',
  about: 'a job of 3 helpers and 8 chunks: each unit once, the works back in the pool',
  nodeOfCpu: ONE_NODE,
  jobs: [[job(0, 8, 3)]],
});
const mtJob22 = mtJobs({
  name: 'mt-job-2x2',
  about: 'the same with 2 threads and 2 chunks: small enough to try every order, workers and pool included',
  nodeOfCpu: [0, 0],
  jobs: [[job(0, 2, 2)]],
});
const mtJob33 = mtJobs({
  name: 'mt-job-3x3',
  about: 'the same with 3 threads and 3 chunks: 146,784 orders, each of which can be tried',
  nodeOfCpu: ONE_NODE,
  jobs: [[job(0, 3, 3)]],
});
const jobAfterJob = mtJobs({
  name: 'job-after-job',
  about: 'jobs one after the other reuse the works of the pool at once',
  nodeOfCpu: ONE_NODE,
  jobs: [[job(0, 4, 3), job(10, 4, 3), job(20, 4, 3)]],
});
const sharedPool = mtJobs({
  name: 'shared-pool',
  about: 'two nodes whose jobs want 4 threads each share a pool of 4 works: fewer helpers, and all completes',
  nodeOfCpu: TWO_NODES,
  jobs: [[job(0, 8, 4)], [job(100, 8, 4)]],
});
const sections = {
  nodeOfCpu: [0, 0],
  unit: SECTION,
};
const wholeSections = mtJobs({
  ...sections,
  name: 'whole-sections',
  about: 'chunks aligned to sections: no section is worked on by two threads',
  jobs: [[job(0, 3 * SECTION, 2, SECTION, SECTION)]],
});

export const JOBS = [
  mtJob,
  mtJob22,
  mtJob33,
  jobAfterJob,
  sharedPool,
  wholeSections,
] as const satisfies readonly Scenario[];

export const JOB_MUTANTS = [
  {
    scenario: mtJobs({
      ...sections,
      name: 'mutant/align-1024',
      about: 'chunks aligned to 1024 pages where sections are meant',
      jobs: [[job(0, 3 * SECTION, 2, BLOCK, BLOCK)]],
    }),
    finds: /^section \d+ is shared by two threads/,
    within: 50,
    sound: wholeSections,
  },
  {
    scenario: mtJobs({
      name: 'mutant/work-leak',
      about: 'one work of the job stays out of the pool',
      nodeOfCpu: ONE_NODE,
      jobs: [[job(0, 8, 3)]],
      doMultithreaded: leaksWork,
    }),
    finds: /works are back in the pool/,
    within: 10,
    sound: mtJob,
  },
  {
    scenario: mtJobs({
      name: 'mutant/counts-wanted',
      about: 'the job waits for helpers that the shared pool did not give it',
      nodeOfCpu: TWO_NODES,
      jobs: [[job(0, 8, 4)], [job(100, 8, 4)]],
      doMultithreaded: countsWanted,
    }),
    finds: /^deadlock: .*sleeps on/,
    within: 50,
    sound: sharedPool,
  },
] as const;
