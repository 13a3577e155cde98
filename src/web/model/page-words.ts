// Messages are written for the command line; the page has controls. Where it has one for an option, the message names that.

/** Controls by their labels, as index.html has them. */
const FITS = '“Does it fit?”';
const CONTROLS: ReadonlyMap<string, string> = new Map([
  ['--crashkernel', `${FITS}, crashkernel=`],
  ['--hugepages', `${FITS}, huge pages`],
  ['--memmap', `${FITS}, memmap=`],
  ['--cma', `${FITS}, cma=`],
  ['--reserve-mem', `${FITS}, reserve_mem=`],
  ['--kernel', '“Kernel”'],
  ['--cmdline', '“More kernel parameters”'],
  ['--append', '“More kernel parameters”'],
  ['--max-threads', '“Threads for each node”'],
  ['--replay', '“Token”'],
]);

/** An option with what tells that it is one; `--kernel VMLINUZ` takes a file, which the page's control does not. */
const OPTION = /(?<![\w-])--[a-z][a-z-]*(?: VMLINUZ)?/g;

/** A message in the page's words; options that the page has no control for are said to be earlyboot’s. */
export function pageWords(message: string): string {
  return message
    .replace(/^kernel (?=")/, '“Kernel” ')
    .replace(OPTION, (option) => CONTROLS.get(option) ?? `earlyboot’s ${option}`);
}
