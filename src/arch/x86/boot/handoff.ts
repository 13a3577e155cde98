// Reads the payload's handoff block (docs/handoff.md) into BootParams.
import { Fields, SECTION, handoffError, openBlock } from './block.ts';
import type { Block, SectionName } from './block.ts';
import type { AcpiTables, BootE820Entry, BootParams, CpuidLeaf, E820End, MpTables } from './params.ts';
import { parseEfi } from './efi.ts';
import { parsePlatform } from './platform.ts';
import { describeProblem } from './problems.ts';

const E820_BYTES = 20;
const CPUID_BYTES = 24;
const RSDP_COPY_AT = 24;
const TABLE_BYTES = 32;
const TABLE_CHECKSUM_OK = 1;
const PROBLEM_BYTES = 24;
const E820_ENDS: readonly E820End[] = ['last', 'carry', 'full', 'no-smap'];
const RSDP_SOURCES = [undefined, 'loader', 'ebda', 'bios-area'] as const;

/**
 * Parses the handoff block that the payload left in guest memory.
 * @throws InputError 'guest' with the offset of the first violated rule: magic, version, length, checksum, section bounds.
 */
export function parseHandoff(bytes: Uint8Array): BootParams {
  const block = openBlock(bytes);
  const info = need(block, 'info');
  const end = E820_ENDS[info.u32(4)];
  if (end === undefined) throw handoffError(info.at + 4, `${info.u32(4)} is no end of an E820 loop`);
  const problems = parseProblems(block);
  return {
    e820: parseE820(need(block, 'e820')),
    e820Ignored: info.u32(0),
    e820End: end,
    altMemK: info.u32(8),
    extMemK: info.u32(12),
    bda: { baseMemKiB: info.u32(16), ebdaAddr: info.u32(20) },
    acpi: parseAcpi(block, problems),
    acpiProblems: problems,
    mp: parseMp(block),
    cpuid: parseCpuid(need(block, 'cpuid')),
    cmdline: find(block, 'cmdline')?.text() ?? '',
    ramdisk: parseRamdisk(block),
    efi: parseEfi(find(block, 'efi')),
    platform: parsePlatform(find(block, 'platform')),
    dmi: find(block, 'dmi')?.text() ?? null,
    payloadLog: need(block, 'log')
      .text()
      .split('\r\n')
      .filter((line) => line !== ''),
  };
}

function find(block: Block, name: SectionName): Fields | undefined {
  return block.sections.get(SECTION[name]);
}

function need(block: Block, name: SectionName): Fields {
  const section = find(block, name);
  if (section === undefined) throw handoffError(20, `no section ${SECTION[name]} (${name})`);
  return section;
}

/** The records of a list section. */
function* records(section: Fields, bytes: number): Generator<Fields> {
  for (let at = 0; at < section.bytes.length; at += bytes) {
    yield new Fields(section.copy(at, bytes), section.at + at);
  }
}

function parseE820(section: Fields): BootE820Entry[] {
  return [...records(section, E820_BYTES)].map((entry) => ({
    addr: entry.u64(0),
    size: entry.u64(8),
    type: entry.u32(16),
  }));
}

function parseCpuid(section: Fields): CpuidLeaf[] {
  return [...records(section, CPUID_BYTES)].map((entry) => ({
    leaf: entry.u32(0),
    subleaf: entry.u32(4),
    eax: entry.u32(8),
    ebx: entry.u32(12),
    ecx: entry.u32(16),
    edx: entry.u32(20),
  }));
}

function parseRamdisk(block: Block): BootParams['ramdisk'] {
  const section = find(block, 'ramdisk');
  return section === undefined ? null : { image: section.safe(0), size: section.safe(8) };
}

function parseMp(block: Block): MpTables | null {
  const section = find(block, 'mp');
  if (section === undefined) return null;
  const table = section.u32(4);
  return {
    mpfAddress: section.u32(0),
    mpf: section.copy(16, 16),
    mpc: table === 0 ? null : { address: table, bytes: block.whole.copy(section.u32(8), section.u32(12)) },
  };
}

function parseProblems(block: Block): string[] {
  return [...records(need(block, 'problems'), PROBLEM_BYTES)].map((entry) =>
    describeProblem({
      code: entry.u32(0),
      signature: entry.u32(4) === 0 ? '' : entry.chars(4, 4),
      address: entry.u64(8),
      a: entry.u32(16),
      b: entry.u32(20),
    }),
  );
}

function parseAcpi(block: Block, problems: readonly string[]): AcpiTables | null {
  const section = find(block, 'rsdp');
  if (section === undefined) return null;
  const rsdpFrom = RSDP_SOURCES[section.u32(4)];
  if (rsdpFrom === undefined) {
    throw handoffError(section.at + 4, `${section.u32(4)} is no source of an RSDP`);
  }
  const rsdp = section.copy(RSDP_COPY_AT, section.u32(8));
  const tables = [...records(need(block, 'tables'), TABLE_BYTES)].map((entry) => ({
    signature: entry.chars(4, 4),
    address: entry.u32(0),
    bytes: block.whole.copy(entry.u32(8), entry.u32(12)),
    checksumOk: (entry.u32(16) & TABLE_CHECKSUM_OK) !== 0,
  }));
  return {
    rsdpAddr: section.u32(0),
    rsdpFrom,
    rsdp,
    revision: rsdp[15] ?? 0,
    oemId: String.fromCharCode(...rsdp.subarray(9, 15)),
    rootAddress: section.safe(16),
    rootSignature: section.u32(12) === 0 ? 'RSDT' : 'XSDT',
    tables,
    problems,
  };
}
