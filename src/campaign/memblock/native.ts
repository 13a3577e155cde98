// Builds and runs the kernel's own mm/memblock.c with native/memblock.c around it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { packageFile } from '../../board/package_file.ts';
import { Failure } from '../../lib/failure.ts';
import type { OpList } from './ops.ts';

const PHYS_ADDR_MAX = Number.MAX_SAFE_INTEGER;

/** A built benchmark program; dispose() removes it. */
export class NativeMemblock {
  readonly #dir = mkdtempSync(path.join(os.tmpdir(), 'earlyboot-bench-'));
  readonly #program = path.join(this.#dir, 'memblock_bench');

  /** Compiles with -O2 from an unpacked kernel tree, which is only read. */
  constructor(linux: string) {
    const tests = path.join(linux, 'tools/testing/memblock');
    const overlay = path.join(this.#dir, 'overlay');
    mkdirSync(path.join(overlay, 'linux'), { recursive: true });
    mkdirSync(path.join(overlay, 'asm'));
    // What the Makefile of the kernel's tests does with links inside the tree.
    symlinkSync(path.join(linux, 'include/linux/memblock.h'), path.join(overlay, 'linux/memblock.h'));
    symlinkSync(path.join(linux, 'mm/memblock.c'), path.join(overlay, 'memblock.c'));
    for (const header of ['asm.h', 'cmpxchg.h']) {
      symlinkSync(path.join(linux, 'tools/arch/x86/include/asm', header), path.join(overlay, 'asm', header));
    }
    const sources = [
      packageFile('native/memblock.c'),
      path.join(tests, 'mmzone.c'),
      path.join(tests, 'lib/slab.c'),
    ];
    const defines = ['CONFIG_PHYS_ADDR_T_64BIT', 'CONFIG_NUMA', 'CONFIG_NODES_SHIFT=10'];
    execFileSync(process.env['CC'] ?? 'gcc', [
      '-std=gnu11',
      '-O2',
      '-w',
      ...defines.map((define) => `-D${define}`),
      `-DMEMBLOCK_C="${path.join(overlay, 'memblock.c')}"`,
      ...[overlay, tests, path.join(linux, 'tools/include')].map((dir) => `-I${dir}`),
      ...sources,
      '-o',
      this.#program,
    ]);
  }

  /** Nanoseconds per operation, one figure for each repeat. Throws where a result is not the expected one. */
  time(ops: OpList, repeats: number): number[] {
    const out = execFileSync(this.#program, [this.#write(ops), String(repeats)], { encoding: 'utf8' });
    return out.trim().split('\n').map(Number);
  }

  /** The first call whose result is not the expected one, and what it is; null where all are. @throws Failure where the program dies */
  firstDiffering(ops: OpList): { readonly call: number; readonly got: number } | null {
    const { status, stdout, stderr, signal } = spawnSync(this.#program, [this.#write(ops), '0'], {
      encoding: 'utf8',
    });
    if (status === 0) return null;
    const [, call, got] = /^(\d+) (\d+)$/m.exec(stdout) ?? [];
    if (call === undefined) throw new Failure(`memblock.c: ${signal ?? stderr.trim()}`);
    return { call: Number(call), got: Number(got) };
  }

  #write(ops: OpList): string {
    const file = path.join(this.#dir, 'ops.bin');
    const words = new BigInt64Array(2 + ops.words.length);
    words.set(ops.arena.map(BigInt));
    // The kernel's ~0 where the list has the highest address of the model.
    ops.words.forEach((word, i) => (words[2 + i] = word === PHYS_ADDR_MAX ? -1n : BigInt(word)));
    writeFileSync(file, words);
    return file;
  }

  dispose(): void {
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
