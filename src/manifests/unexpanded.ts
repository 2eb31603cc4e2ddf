/** Whether the text still holds `$(name)`, `${{ name }}`, `{{ name }}` or `#{name}#`, which something should have replaced. */
export function isUnexpanded(value: string): boolean {
  return /\$\([^)]*\)|\$?\{\{|#\{[^}]*\}#?/.test(value);
}
