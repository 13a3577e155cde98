// What the scenarios of all users of jobs have in common.
import { bugOn } from '../lib/bug.ts';
import { complete } from '../kernel/completion.ts';
import type { Kernel, ThreadFn } from '../kernel/kernel.ts';
import { padataInit } from '../kernel/padata.ts';
import { PADATA_RFC_2022 } from '../kernel/padata/rfc2022/rules.ts';
import type { Kthread, Word, WorkName } from '../cpu/op.ts';
import type { Scenario, ScenarioRun, StepWork } from '../cpus/simulated/explore/scenario.ts';
import { watchPriorities } from './priorities.ts';
import { expectFullPool, worldMaker, worldText } from './world.ts';

export interface Named {
  readonly name: string;
  readonly about: string;
}

/** What a user's scenario is made of: its thread functions, leaf and words, the job, and what must hold. */
export interface UserParts<C> {
  readonly cpus: number;
  readonly leaf: WorkName;
  readonly threadFns: (ctx: () => C) => Readonly<Record<WorkName, ThreadFn>>;
  readonly shouldFail?: NonNullable<Kernel['shouldFail']> | undefined;
  readonly words: number;
  readonly init: (k: Kernel, base: Word) => C;
  readonly run: (k: Kernel, ctx: C) => Kthread<number>;
  readonly check: (k: Kernel, ctx: C, error: number) => void;
}

/** A leaf of one step over [start, end). */
const leafStep: StepWork = function* (_arg, start, end, step) {
  for (let at = start; at < end; at += 1) step.touch(at);
  yield step.told ? `[${start}, ${end})` : '';
  return end - start;
};

/** The scenario of one user: its job on the boot thread, with priorities and the pool watched. */
export function userScenario<C, Name extends string>(
  { name, about }: Named & { readonly name: Name },
  parts: UserParts<C>,
): Scenario<Name> {
  // one run at a time: its context is what the thread functions see
  let current: C | undefined;
  const ctx = (): C => {
    bugOn(current === undefined, 'no run');
    return current as C;
  };
  const text = worldText(
    {
      *threadFn(k, arg) {
        const [work, end, done] = [0, 1, 2].map((i) => k.mem.readOnce(arg + i)) as [number, number, Word];
        yield* k.text.threadFn(k.text.name(work))?.(k, 0, end, 0) as Kthread<number>;
        yield* complete(k, done);
      },
    },
    [parts.leaf],
    parts.threadFns(ctx),
  );
  const world = worldMaker({
    ...{ nodeOfCpu: new Array<number>(parts.cpus).fill(0), text, padata: PADATA_RFC_2022 },
    ...(parts.shouldFail && { shouldFail: parts.shouldFail }),
  });
  const works = { [parts.leaf]: leafStep };
  return {
    name,
    about,
    cpus: parts.cpus,
    setup: (mem): ScenarioRun => {
      const k: Kernel = { ...world(mem), trace: watchPriorities() };
      const made = parts.init(k, k.mem.alloc(parts.words));
      current = made;
      const ended = { error: NaN };
      return {
        prelude: prelude(k),
        preludeInMemory: true,
        boot: boot(parts, k, made, ended),
        spawn: (entry, arg) => text.named(entry)(k, arg),
        works,
        check: () => {
          parts.check(k, made, ended.error);
          expectFullPool(k);
        },
      };
    },
  };
}

function* boot<C>(parts: UserParts<C>, k: Kernel, made: C, ended: { error: number }): Kthread {
  ended.error = yield* parts.run(k, made);
}

function* prelude(k: Kernel): Kthread {
  padataInit(k);
}
