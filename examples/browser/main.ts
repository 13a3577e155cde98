// What a page imports: a boot in the browser, images from the page's own server. serve.ts builds and serves it.
import { bootWithImages, fetchImages, machineFromText } from 'earlyboot/browser';

const MACHINE = `
name: from-a-page
map:
  - { start: 0, size: 640K, type: usable }
  - { start: 1M, size: 1023M, type: usable }
acpi: false
`;

/** Boots a machine that the page describes: the number of lines that its kernel printed, and what lies at 16 MiB. */
export async function bootOnPage(base: string): Promise<{ lines: number; explained: string }> {
  const images = await fetchImages(base);
  const boot = await bootWithImages(await machineFromText(MACHINE, 'page.yaml'), { images });
  return { lines: boot.log.length, explained: boot.explainText(16 * 1024 * 1024) };
}

if ('document' in globalThis) {
  const { lines, explained } = await bootOnPage(document.baseURI);
  document.body.innerText = `${lines} lines of kernel log\n\n${explained}`;
}
