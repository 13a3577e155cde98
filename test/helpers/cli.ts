// Runs the command line inside the test's process: what it printed and how it ended.
import { runCli } from '../../src/cli/run.ts';
import { ROOT } from './sources.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `earlyboot ARGV`, with streams that are no terminals; `cwd` is the repository's root by default. */
export async function cli(
  argv: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: (text: string) => void (stdout += text),
    stderr: (text: string) => void (stderr += text),
    styledStdout: (text: string) => void (stdout += text),
    styledStderr: (text: string) => void (stderr += text),
    stdoutIsTTY: false,
    stderrIsTTY: false,
    columns: 120,
    color: false,
    env: options.env ?? {},
    cwd: options.cwd ?? ROOT,
    now: () => 0, // no progress lines, however busy the host
    setFailed: () => undefined,
  };
  const code = await runCli(argv, io, '1.2.3');
  return { code, stdout, stderr };
}
