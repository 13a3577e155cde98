// The line in which Linux tells of a process.

/** Fields of /proc/PID/stat from the third on, which is the state (proc_pid_stat(5)); the name before them may hold blanks and brackets. */
export function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}
