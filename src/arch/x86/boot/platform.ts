// The handoff block's platform section: what firmware and chipset did to memory, handed over as it came from fw_cfg.
import { handoffError, type Fields } from './block.ts';
import type { PhysRange, PlatformMemory } from './params.ts';

const HEADER_BYTES = 32;
const RANGE_BYTES = 16;
/** The header's word for no number. */
const NONE = 0xffffffff;

/** Five counts, the pages, the kernel's place (0 for none), then the ranges: cached, setup_data, reserved early, reserved with ACPI, stolen. */
export function parsePlatform(section: Fields | undefined): PlatformMemory | null {
  if (section === undefined) return null;
  let at = HEADER_BYTES;
  const counts = [0, 4, 8, 12, 16].map((offset) => section.u32(offset));
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (HEADER_BYTES + all * RANGE_BYTES !== section.bytes.length)
    throw handoffError(
      section.at,
      `${all} ranges are counted, the section has ${section.bytes.length} bytes`,
    );
  const ranges = (count: number): PhysRange[] =>
    Array.from({ length: count }, () => {
      const range = { start: section.safe(at), size: section.safe(at + 8) };
      at += RANGE_BYTES;
      return range;
    });
  const [cached = [], setupData = [], early = [], withAcpi = [], stolen = []] = counts.map(ranges);
  const pages = section.u32(20);
  const kernelAt = section.safe(24);
  return {
    cached,
    setupData,
    firmwareReserved: [
      ...early.map((range) => ({ ...range, withAcpi: false })),
      ...withAcpi.map((range) => ({ ...range, withAcpi: true })),
    ],
    stolen,
    lowReservedPages: pages === NONE ? null : pages,
    kernelAt: kernelAt === 0 ? null : kernelAt,
  };
}
