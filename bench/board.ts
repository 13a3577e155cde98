// How long the guest takes: npx node bench/board.ts. One CPU's ACPI tables, and those of 2048 CPUs (SRAT and MADT in the guest's hands).
import { parseHandoff } from '../src/arch/x86/boot/handoff.ts';
import { nodeBoardImages, runBoardOnNode } from '../src/board/node.ts';
import { acpiTable, board, rootTable, rsdp2 } from '../test/board/helpers/machines.ts';
import { median } from './median.ts';

const ROUNDS = 30;

function machine(cpus: number) {
  const madt = acpiTable('APIC', new Uint8Array(8 + 16 * cpus).fill(1));
  const srat = acpiTable('SRAT', new Uint8Array(12 + 24 * cpus).fill(2));
  return board({
    blobs: [
      { address: 0xf0000, bytes: rsdp2(0x7fff0000n), what: 'RSDP' },
      { address: 0x7fff0000, bytes: rootTable('XSDT', [0x7ff00000, 0x7ff80000]), what: 'XSDT' },
      { address: 0x7ff00000, bytes: madt, what: 'APIC' },
      { address: 0x7ff80000, bytes: srat, what: 'SRAT' },
    ],
  });
}

const start = performance.now();
await nodeBoardImages();
console.log(`v86.wasm read and compiled: ${(performance.now() - start).toFixed(1)} ms`);
for (const cpus of [1, 2048]) {
  const config = machine(cpus);
  const times: number[] = [];
  let instructions = 0;
  for (let i = 0; i < ROUNDS; i++) {
    const before = performance.now();
    const result = await runBoardOnNode(config);
    parseHandoff(result.handoff);
    times.push(performance.now() - before);
    instructions = result.instructions;
  }
  const first = times[0] ?? 0;
  console.log(
    `${cpus} CPUs: first boot ${first.toFixed(1)} ms, median of ${ROUNDS} ${median(times).toFixed(1)} ms, ${instructions} instructions`,
  );
}
