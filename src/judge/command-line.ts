// The command line of a judged kernel: what shows and ends it, and what was described.

/** What a judged kernel must be told, unless the command line has it already; before all else, since each counts from where it stands. */
const PARAMETERS: readonly string[] = [
  'ignore_loglevel',
  'console=ttyS0',
  'earlyprintk=ttyS0,115200', // many map entries overflow the log's buffer before the console is there
  'memblock=debug',
  'panic=-1', // QEMU ends where a kernel restarts
  'nokaslr',
  'no_timer_check', // the timer of a translator on a busy host comes too late for the kernel's test of it, which then panics
];

/** The description's command line with what a judged kernel needs before it; with EFI there is no firmware to call. */
export function judgedCommandLine(cmdline: string, efi = false): string {
  const words = cmdline.split(' ').filter((word) => word !== '');
  const has = (parameter: string): boolean => {
    const name = parameter.split('=', 1)[0] as string;
    return parameter === 'console=ttyS0'
      ? words.some((word) => word === parameter || word.startsWith(`${parameter},`))
      : words.some((word) => word === name || word.startsWith(`${name}=`));
  };
  const runtime = efi && !/\bnoruntime\b/.test(cmdline) ? ['efi=noruntime'] : [];
  return [...PARAMETERS.filter((parameter) => !has(parameter)), ...runtime, ...words].join(' ');
}
