// Bad input: one clear line that names the file, the line or path in it, the value and what was expected.

/** One variant per cause, so that a caller can tell them apart without reading the message. */
export type InputErrorKind =
  | 'usage' // the command line
  | 'file' // cannot be read, is not text, is empty
  | 'syntax' // YAML or JSON that does not parse
  | 'schema' // a value of the wrong type or range
  | 'log' // a kernel log without what an import needs
  | 'map' // a firmware memory map that no kernel could boot from
  | 'acpi' // tables that cannot be found, read or trusted
  | 'cmdline' // a kernel parameter's value
  | 'guest' // the firmware or payload gave up, and said why
  | 'hook' // a user's own hook file
  | 'image' // a kernel image that is cut off, of another architecture or not one at all
  | 'memory' // the host has too little memory for what was asked
  | 'assumed' // a fact that nobody told, where none may be assumed
  | 'tool'; // an optional tool that is not installed

/** Bad input. The command line prints `message` as it is and exits with status 2. */
export class InputError extends Error {
  readonly kind: InputErrorKind;

  constructor(kind: InputErrorKind, message: string) {
    super(message);
    this.name = 'InputError';
    this.kind = kind;
  }
}
