import tab from '@bomb.sh/tab/commander';
import type { Command } from 'commander';
import { allModels } from '../../models/catalogue.ts';
import { longhandHome } from '../../models/home.ts';
import { LARGE_NUMBERS, SCRIPTS as CHINESE, STYLES } from '../../workflows/text/options.ts';
import { FORMATS, GAP_POLICIES, LANGUAGE_PER, PRECISIONS, TASKS } from '../../workflows/contract.ts';
import { PRIORITIES } from '../../activities/request/priority.ts';
import { writeJson, write } from './output.ts';

/**
 * Scripts that ask `longhand complete -- WORDS…` for what may stand next: a candidate and its meaning a line, then a
 * line that begins with a colon. Where there is no candidate the shell offers files. The words are handed over as
 * they are, never read as shell code again.
 */
const SCRIPTS = {
  bash: `_longhand() {
  local IFS=$'\\n'
  COMPREPLY=($(longhand complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | sed -e '/^:/d' -e 's/\\t.*//'))
}
complete -o bashdefault -o default -F _longhand longhand
`,
  zsh: `_longhand() {
  local -a lines
  lines=("\${(@f)$(longhand complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null | sed -e '/^:/d' -e 's/:/\\\\:/g' -e 's/\\t/:/')}")
  lines=("\${(@)lines:#}")
  if (( \${#lines} )); then _describe longhand lines; else _files; fi
}
compdef _longhand longhand
`,
  fish: `function __longhand_complete
  longhand complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null | string match -v ':*'
end
complete -c longhand -e
complete -c longhand -n 'test (count (__longhand_complete)) -gt 0' -f -a '(__longhand_complete)'
`,
} as const;

/** `longhand completion <shell>`: the script to source. */
export function completion(shell: keyof typeof SCRIPTS, json: boolean): Promise<void> {
  const script = SCRIPTS[shell];
  return json ? writeJson({ shell, script }) : write(script);
}

/** Answers a shell, on standard output: what may stand in the place of the last of `words`. */
export function complete(program: Command, words: readonly string[]): void {
  const tree = tab(program);
  tree.commands.delete('complete');
  const models = [...new Set(allModels(longhandHome()).map(({ name }) => name))];
  const values: Readonly<Record<string, readonly string[]>> = {
    model: models,
    formats: FORMATS,
    format: FORMATS,
    ladder: PRECISIONS,
    gaps: GAP_POLICIES,
    priority: PRIORITIES,
    task: TASKS,
    'language-per': LANGUAGE_PER,
    script: CHINESE,
    punctuation: STYLES,
    'large-numbers': LARGE_NUMBERS,
    device: ['cpu', 'cuda:0'],
    devices: ['auto', 'cpu', 'cuda:0'],
  };
  const suggest = (names: readonly string[]) => (add: (value: string, meaning: string) => void) =>
    names.forEach((name) => add(name, ''));
  for (const [path, command] of tree.commands) {
    for (const [name, names] of Object.entries(values)) {
      const option = command.options.get(name);
      if (option) option.handler = suggest(names);
    }
    const argument = path.startsWith('models ') ? command.arguments.get('name') : undefined;
    if (argument) argument.handler = suggest(models);
  }
  tree.parse([...words]);
}
