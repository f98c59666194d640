/** A fenced block of a Markdown page. */
export interface Fence {
  /** Line of the page on which the fence opens, from 1. */
  readonly line: number;
  /** First word behind the fence; empty where there is none. */
  readonly language: string;
  /** The rest of that line. */
  readonly note: string;
  readonly text: string;
  /** Whether only empty lines stand between it and the block before. */
  readonly follows: boolean;
}

const OPENING = /^(\s*)(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$/;

/** The fenced blocks of a page, in order, without the indentation of their fence. Throws where one is left open. */
export function fencesOf(page: string): Fence[] {
  const fences: Fence[] = [];
  const lines = page.split('\n');
  let follows = false;
  for (let at = 0; at < lines.length; at++) {
    const opening = OPENING.exec(lines[at] ?? '');
    if (!opening) {
      follows &&= lines[at]?.trim() === '';
      continue;
    }
    const [, indent = '', mark = '', language = '', note = ''] = opening;
    const line = at + 1;
    const text: string[] = [];
    for (at++; lines[at]?.trim() !== mark; at++) {
      if (at >= lines.length) throw new Error(`Expected the block of line ${line} to be closed by ${mark}`);
      const content = lines[at] ?? '';
      text.push(content.startsWith(indent) ? content.slice(indent.length) : content.trimStart());
    }
    fences.push({ line, language, note, text: `${text.join('\n')}\n`, follows });
    follows = true;
  }
  return fences;
}
