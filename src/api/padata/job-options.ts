// What a padata job may say; its numbers are checked where they are used.
import { CHECKED_LATER, either, FUNCTION, SIGNAL, type OptionRule, type OptionRules } from '../options.ts';
import type { PadataJob, PadataSerialJob } from './types.ts';

const has =
  (name: string): OptionRule['holds'] =>
  (value) =>
    typeof value === 'object' && value !== null && name in value;
const MODULE: OptionRule = { expected: '{ module, data }', holds: has('module') };

export const JOB: OptionRules<PadataJob> = {
  work: either(FUNCTION, MODULE),
  start: CHECKED_LATER,
  size: CHECKED_LATER,
  align: CHECKED_LATER,
  minChunk: CHECKED_LATER,
  maxThreads: CHECKED_LATER,
  costNs: FUNCTION,
  signal: SIGNAL,
};

export const SERIAL_JOB: OptionRules<PadataSerialJob> = {
  work: either({ expected: '{ parallel, serial }', holds: has('parallel') }, MODULE),
  objects: CHECKED_LATER,
  callbackCpu: FUNCTION,
  costNs: FUNCTION,
  signal: SIGNAL,
};
