/** The JSON in an annotation; undefined where there is none, or none that can be read. */
export function parsed(annotation: string | undefined): unknown {
  try {
    return JSON.parse(annotation ?? '');
  } catch {
    return undefined;
  }
}
