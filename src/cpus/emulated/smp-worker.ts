// A worker thread of the SMP machine: carries several CPUs, a slice of each in turn, and sleeps when none has work.
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Bug } from '../../lib/bug.ts';
import { CodeCache } from '../../board/code-cache.ts';
import type { CoreWindow } from '../../board/core-window.ts';
import type { CpuId } from '../../lib/units.ts';
import { Control } from './control.ts';
import { SmpCpu } from './cpu.ts';
import { IpiRouter } from './ipi.ts';
import type { Ipi } from './lapic.ts';
import { WINDOW_BASE } from './layout.ts';
import type { WorkerEnd, WorkerSetup } from './messages.ts';

/** An idle worker looks up now and then all the same. */
const IDLE_MS = 1000;

function carry(setup: WorkerSetup): WorkerEnd {
  const { worker, workers, apicIds, wide, lapicAddress, record, startBudget, files } = setup;
  const control = new Control({ buffer: setup.control, ram: setup.ram }, apicIds.length, workers);
  const own = new Map<CpuId, SmpCpu>();
  const router = new IpiRouter({ control, apicIds, workers, deaf: setup.deaf, own });
  const windowOf = (banks: readonly WebAssembly.Memory[]): CoreWindow => ({
    ...{ modules: setup.windowModules, base: WINDOW_BASE, banks, direct: setup.direct },
  });
  const window = setup.banks ? windowOf(setup.banks) : { modules: setup.windowModules };
  // SmpMachine.attachBanks() sends it; a CPU looks before each command, for the host gives news before it asks.
  const takeNews = (): void => {
    if (!control.takeNews(worker)) return;
    const banks = receiveMessageOnPort(setup.later)?.message as readonly WebAssembly.Memory[] | undefined;
    if (banks === undefined) throw new Bug(`worker ${worker} was promised banks and got none`);
    for (const cpu of own.values()) cpu.attachWindow(windowOf(banks));
  };
  const common = {
    ...{
      wide,
      lapicAddress,
      v86: setup.v86,
      code: new CodeCache(),
      window,
      control,
      record,
      startBudget,
      files,
    },
    send: (from: SmpCpu, ipi: Ipi) => router.send(from, ipi),
    beforeCommand: takeNews,
    ...(setup.hostClock ? { clockMs: () => performance.now() } : {}),
  };
  apicIds.forEach((apicId, cpu) => {
    if (cpu % workers === worker) own.set(cpu, new SmpCpu({ ...common, cpu, apicId }));
  });
  own.get(0)?.powerOn(setup.firmware);
  const cpus = [...own.values()];
  while (!control.stopped) {
    const seen = control.workerBell(worker);
    takeNews();
    let busy = router.takeStarts();
    for (const cpu of cpus) if (cpu.step()) busy = true;
    control.beat(worker);
    if (!busy) control.workerSleep(worker, seen, IDLE_MS);
  }
  return {
    cpus: cpus.map(({ cpu, core, log, devices }) => ({
      ...{ cpu, instructions: core.instructions, events: log.numbers() },
      ...{ console: devices.debugcon.text(), serial: devices.serial.text() },
    })),
  };
}

const port = parentPort;
if (port === null) throw new Bug('cpus/emulated/smp-worker.ts runs as a worker thread only');
// Whoever starts this worker passes a WorkerSetup.
port.postMessage(carry(workerData as WorkerSetup));
