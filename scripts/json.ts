/** JSON as the formatter would have it. */
export function shortListsOnOneLine(json: string): string {
  return json.replace(/\[\s*("[^"\n]*"(?:,\s*"[^"\n]*")*)\s*\]/g, (_, items: string) => `[${items.replace(/,\s+/g, ', ')}]`);
}
