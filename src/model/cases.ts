/** What is done with each member of a union, by the field that tells the members apart. */
export type Cases<K extends string, U extends Readonly<Record<K, string>>, A extends readonly unknown[], R> = {
  readonly [Name in U[K]]: (one: Extract<U, Readonly<Record<K, Name>>>, ...rest: A) => R;
};

/** The function that hands each member of a union to its own case; a member without one does not compile. */
export const byCase =
  <K extends string, U extends Readonly<Record<K, string>>, A extends readonly unknown[], R>(key: K, cases: Cases<K, U, A, R>) =>
  (one: U, ...rest: A): R =>
    (cases[one[key]] as (one: U, ...rest: A) => R)(one, ...rest);

/** As `byCase`, for those named `N`; what is left goes to `otherwise`. */
export const bySome =
  <K extends string, U extends Readonly<Record<K, string>>, N extends U[K], A extends readonly unknown[], R>(
    key: K,
    cases: Pick<Cases<K, U, A, R>, N>,
    otherwise: (one: Exclude<U, Readonly<Record<K, N>>>, ...rest: A) => R,
  ) =>
  (one: U, ...rest: A): R =>
    ((Object.hasOwn(cases, one[key]) ? cases[one[key] as N] : otherwise) as (one: U, ...rest: A) => R)(one, ...rest);
