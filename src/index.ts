// The library: `import { bootMachine } from 'earlyboot'`. docs/library.md shows how; api/earlyboot.md lists every name.
export { bootMachine, resolveMachine, type BootMachineOptions, type Machine } from './api/boot-machine.ts';
export {
  Boot,
  type BootResources,
  type MemblockView,
  type StructPage,
  type TimelineEntry,
} from './api/boot.ts';
export type { Explanation, Fate } from './ask/explain/explain.ts';

export { runOnMachine, type RunPayloadOptions } from './api/payload.ts';
export type { PayloadEnd, PayloadEvent, PayloadLimits, PayloadRun } from './api/payload.ts';

export { parseAcpi, type AcpiHeader, type AcpiTable, type MadtCpu, type SratMemory } from './api/acpi.ts';
export { parseDmesg, type Dmesg } from './api/dmesg.ts';
export { e820Lines, e820TypeText, sanitizeE820, type E820Range } from './api/e820.ts';
export { defineArch, type Arch } from './api/arch.ts';
export type { DeferredPageInitMaxThreads } from './mm/deferred.ts';
export { machineJsonSchema } from './api/schema.ts';
export { BUILTIN_NAMES } from './machine/builtin/list.ts';
export { KERNEL_NAMES } from './api/kernels.ts';
export type { KernelName, MachineName, RulesName, ScenarioName, ZoneName } from './api/names.ts';
export { fits, lint, missing, movable, slowBoots, type QuestionOptions } from './api/questions.ts';
export type { FitsQuestion } from './ask/fits/fits.ts';
export type { Fit, FitsOption, Largest } from './ask/fits/types.ts';
export { RULES as LINT_RULES, type RuleChoice } from './ask/lint/lint.ts';
export type { Finding, Hit, LintBoot, LintEntry, LintMachine, Rule, Severity } from './ask/lint/types.ts';
export { groupRows, type GroupBy, type MissingGroup } from './ask/missing/groups.ts';
export type { MissingOptions } from './ask/missing/missing.ts';
export { reservedTotals, type ReservedTotals } from './ask/missing/reserved.ts';
export type { Missing, MissingRow, Stage, TakenRow } from './ask/missing/types.ts';
export type { Movable, MovableNode, MovableRoom } from './ask/movable/movable.ts';
export type { SlowBoot, SlowRow, SlowSource } from './predict/slow-boot.ts';
export { diffBoots, diffText, type BootDiff, type Difference } from './ask/diff.ts';
export type { EstimatedLine } from './ask/verify/estimated.ts';
export { fidelityOf, type DifferingLine, type Fidelity } from './ask/verify/fidelity.ts';

export { Memblock, type MemblockType, type Status } from './mm/memblock.ts';
export {
  MEMBLOCK_HOTPLUG,
  MEMBLOCK_MIRROR,
  MEMBLOCK_NOMAP,
  MEMBLOCK_NONE,
  PHYS_ADDR_MAX,
  type MemblockEvent,
  type MemblockOptions,
  type MemblockRegion,
  type MemblockRequest,
  type MemPfnRange,
  type MemRange,
} from './mm/memblock/types.ts';

export { Padata, type PadataOptions } from './api/padata.ts';
export type {
  PadataCall,
  PadataChunk,
  PadataJob,
  PadataJobResult,
  PadataSerialJob,
  PadataSerialResult,
  SerialWork,
  ThreadFn,
  WorkModule,
} from './api/padata/types.ts';

export {
  builtinScenario,
  exploreSchedules,
  threadScenario,
  type Invariant,
  type ScheduleOptions,
  type ScheduleResult,
  type ThreadScenario,
} from './api/schedules.ts';
export type { Outcome } from './cpus/simulated/explore/execution.ts';
export type { TracedStep } from './cpus/simulated/explore/trace.ts';
export type { ExploreOptions, ExploreResult, Failure, Strategy } from './cpus/simulated/explore/explore.ts';
export type { LeafStep, Scenario, ScenarioRun, StepWork } from './cpus/simulated/explore/scenario.ts';
export { atomicAddReturn, atomicRead, cmpxchg, wait, wake } from './cpu/op.ts';
export type { EntryName, Kthread, Op, Word, WorkName } from './cpu/op.ts';
export type { Memory } from './cpu/memory.ts';
export type { Kernel, KernelData, KernelText } from './kernel/kernel.ts';
export type { PadataRules } from './kernel/padata/rules.ts';
export type { TraceEvent } from './kernel/trace.ts';
export { spinLock, spinUnlock } from './kernel/locking/spinlock.ts';
export { complete, COMPLETION_WORDS, initCompletion, waitForCompletion } from './kernel/completion.ts';
export { padataDoMultithreaded, type PadataMtJob } from './kernel/padata.ts';

export { Bug } from './lib/bug.ts';
export { InputError, type InputErrorKind } from './lib/input-error.ts';
export { GiB, hex, KiB, MiB, PAGE_SIZE, pfnDown, pfnPhys, pfnUp, TiB } from './lib/units.ts';
export type { CpuId, Nid, Pfn, PhysAddr } from './lib/units.ts';

export type { Estimate, LogLine } from './kernel/printk.ts';
export { formatLogLine } from './kernel/printk.ts';
export { FIGURE_SOURCE, RECORD_VERSION } from './init/record.ts';
export type {
  CpuKind,
  RecordAccounting,
  RecordChunk,
  RecordE820,
  RecordJob,
  RecordMemblockEvent,
  RecordNode,
  RecordRegion,
  RecordZone,
  RunRecord,
} from './init/record.ts';
export type {
  AcpiBuild,
  AcpiRaw,
  CpuFeatures,
  CpuSpec,
  MachineSpec,
  MapEntry,
  MpSpec,
  NodeMemory,
  NodeSpec,
  Origin,
  Placed,
  Topology,
} from './machine/spec.ts';
export type {
  AcpiDescription,
  CpuDescription,
  CpusByTopology,
  CpusDescription,
  EfiDescription,
  MachineDescription,
  MapEntryDescription,
  MapTypeName,
  MpTableDescription,
  NodeDescription,
  NodeMemoryDescription,
  RangeDescription,
  TableDescription,
} from './machine/spec/description.ts';
export type { CpuidLeaf, EfiInfo } from './arch/x86/boot/params.ts';
export type { AcpiMaker } from './machine/acpi-build/header.ts';
export type { MtrrRange, MtrrSpec, MtrrType } from './machine/spec/mtrr.ts';
export type { Path } from './machine/spec/values.ts';
export type { Size } from './machine/spec/size.ts';
export type { TimingSpec } from './machine/spec/timing.ts';
