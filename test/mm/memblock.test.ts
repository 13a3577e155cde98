// The early allocator, with hand-computed regions and with lines of a real kernel's log.
import test from 'ava';
import { Memblock } from '../../src/mm/memblock.ts';

test('adding the middle of three touching ranges leaves one region', (t) => {
  const mb = new Memblock();
  mb.add(0x1000, 0x1000);
  mb.add(0x3000, 0x1000);
  mb.add(0x2000, 0x1000);
  t.deepEqual(mb.memory.regions(), [{ base: 0x1000, size: 0x3000, flags: 0, nid: 1024 }]);
});

test('the log has the lines of a real boot', (t) => {
  const lines: string[] = [];
  const symbol = (caller: string): string => `${caller.split('#')[0]}+0xb0/0x13d`;
  const mb = new Memblock({ print: (line) => lines.push(line), symbol });
  mb.add(0x1000, 0x9e000, 'e820__memblock_setup');
  mb.debug = true;
  mb.reserve(0x4a00000, 0x11000, 'setup_arch#brk');
  mb.physAllocRange(28672, 4096, 0x1000, 0x9f000, 'init_mem_mapping');
  mb.dumpAll();
  t.deepEqual(lines, [
    'memblock_reserve: [0x0000000004a00000-0x0000000004a10fff] setup_arch+0xb0/0x13d',
    'memblock_phys_alloc_range: 28672 bytes align=0x1000 from=0x0000000000001000 max_addr=0x000000000009f000 init_mem_mapping+0xb0/0x13d',
    'memblock_reserve: [0x0000000000098000-0x000000000009efff] memblock_alloc_range_nid+0xb0/0x13d',
    'MEMBLOCK configuration:',
    ' memory size = 0x000000000009e000 reserved size = 0x0000000000018000',
    ' memory.cnt  = 0x1',
    ' memory[0x0]\t[0x0000000000001000-0x000000000009efff], 0x000000000009e000 bytes flags: 0x0',
    ' reserved.cnt  = 0x2',
    ' reserved[0x0]\t[0x0000000000098000-0x000000000009efff], 0x0000000000007000 bytes flags: 0x0',
    ' reserved[0x1]\t[0x0000000004a00000-0x0000000004a10fff], 0x0000000000011000 bytes flags: 0x0',
  ]);
});
