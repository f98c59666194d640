/** The line in which a program that failed most likely says why: the last that names an error, else the last. */
export function lastWords(stderr: string): string {
  const lines = stderr.split('\n').flatMap((line) => line.trim() || []);
  return lines.findLast((line) => /error/i.test(line) && !line.startsWith('at ')) ?? lines.at(-1) ?? '';
}
