/** The same function, which works out each object's answer once: what is read never changes. */
export function remembered<K extends object, V>(answer: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, { readonly answer: V }>();
  return of => {
    const before = known.get(of);
    if (before) return before.answer;
    const now = answer(of);
    known.set(of, { answer: now });
    return now;
  };
}
