/** What a shell offers behind the words typed so far. */
import type { InputSpec } from '../src/inputs/input.ts';
import { inputsOf } from '../src/inputs/names.ts';
import { commandNames, optionsOf, outputsOf } from './help.ts';

/** The script for a shell that a user loads, or null for a shell that there is none for. */
export function completionScript(shell: string): string | null {
  return scripts.get(shell) ?? null;
}

const scripts: ReadonlyMap<string, string> = new Map([
  [
    'bash',
    `# Load it by: source <(kubernetes-rollout completion bash)
_kubernetes_rollout() {
  local IFS=$'\\n' line="\${COMP_LINE:0:COMP_POINT}" words word
  IFS=$' \\t\\n' read -ra words <<< "$line"
  case "$line" in *[[:space:]]) words+=("") ;; esac
  word="\${words[\${#words[@]}-1]}"
  COMPREPLY=($(kubernetes-rollout __complete "\${words[@]:1}" 2>/dev/null | grep -v '^:'))
  case "$word" in --*=*) COMPREPLY=("\${COMPREPLY[@]#*=}") ;; esac
}
complete -o default -F _kubernetes_rollout kubernetes-rollout`,
  ],
  [
    'zsh',
    `#compdef kubernetes-rollout
# Load it by: source <(kubernetes-rollout completion zsh)
_kubernetes_rollout() {
  local -a found
  found=(\${(f)"$(kubernetes-rollout __complete "\${(@)words[2,CURRENT]}" 2>/dev/null | grep -v '^:')"})
  if (( $#found )); then compadd -- $found; else _files; fi
}
compdef _kubernetes_rollout kubernetes-rollout`,
  ],
  [
    'fish',
    `# Load it by: kubernetes-rollout completion fish | source
complete -c kubernetes-rollout -a '(kubernetes-rollout __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null | string match -v ":*")'`,
  ],
  [
    'pwsh',
    `# Load it by: kubernetes-rollout completion pwsh | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName kubernetes-rollout -ScriptBlock {
  param($word, $line, $at)
  $words = @($line.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -eq '') { $words += '' }
  kubernetes-rollout __complete @words 2>$null | Where-Object { $_ -notlike ':*' } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}`,
  ],
]);

/** The shells that there is a script for. */
export const shells: readonly string[] = [...scripts.keys()];

/**
 * One candidate a line and the directive of kubectl's plugins behind them: `:4` for "no files", `:0` for the shell's own, which are files.
 * The last word is the one that is being typed.
 */
export function completions(words: readonly string[]): string {
  const typed = words.at(-1) ?? '';
  const found = candidates(words.slice(0, -1), typed).filter(each => each.startsWith(typed));
  return [...found, found.length > 0 ? ':4' : ':0'].join('\n');
}

function candidates(before: readonly string[], typed: string): readonly string[] {
  const [command] = before;
  if (command === undefined) return commandNames();
  if (command === 'help') return before.length === 1 ? commandNames() : [];
  if (command === 'completion') return before.length === 1 ? shells : [];
  const [, inline] = /^(--[\w-]+)=/.exec(typed) ?? [];
  if (inline !== undefined) return valuesOf(inline, command).map(value => `${inline}=${value}`);
  return typed.startsWith('-') ? optionsOf(command) : valuesOf(before.at(-1) ?? '', command);
}

function valuesOf(option: string, command: string): readonly string[] {
  if (option === '--output' || option === '-o') return outputsOf(command);
  const spec: InputSpec | undefined = inputsOf('terminal').find(([name]) => `--${name}` === option)?.[1];
  return spec?.kind.type === 'pick' || spec?.kind.type === 'picks' ? spec.kind.choices.map(({ value }) => value) : [];
}
