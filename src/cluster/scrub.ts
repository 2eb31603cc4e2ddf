/** What the API server says of a refusal. */
export interface Words {
  readonly message: string;
  readonly causes: readonly { readonly field: string; readonly message: string }[];
}

/** The most that is shown, and the most that is looked at: a server's words may be half a megabyte long. */
const HEAD = 2000;
const MOST = 8000;
const MOST_CAUSES = 20;
const SHORT = 60;
const SECRETIVE = ['Secret', 'SealedSecret', 'ExternalSecret'];

/** The API server's words without values: of a Secret none, of others only short ones. Never longer than a few lines. */
export function scrubbed({ message, causes }: Words, kind: string): string {
  const told = causes.slice(0, MOST_CAUSES).map(cause => `${cause.field === '' ? '' : `${cause.field}: `}${cause.message}`);
  const words = told.length > 0 ? told.join('; ') : message;
  return head(withoutValues(whole(words), SECRETIVE.includes(kind)).replace(/\s+/g, ' ').trim());
}

// A value that the cut leaves open is not told from words any more: it goes whole.
function whole(words: string): string {
  if (words.length <= MOST) return words;
  const cut = words.slice(0, MOST).replace(/\\$/, '');
  const quotes = [...cut.matchAll(/\\.|"/gs)].filter(([found]) => found === '"');
  const open = quotes.length % 2 === 1 ? quotes.at(-1)?.index : undefined;
  return cut.slice(0, open).replace(/nvalid value: (?:v\d\w*|map|\[\]?\w*)?\.?\w*[{[][^}\]]*$/, 'nvalid value: ');
}

// The API server quotes what it could not use: `got &value.valueUnstructured{Value:...}`, `Invalid value: "..."`, `parsing "..."`.
function withoutValues(words: string, secretive: boolean): string {
  return words
    .replace(/, got .*$/gm, ', got another type')
    .replace(/nvalid value: (?:v\d\w*|map|\[\]?\w*)?\.?\w*[{[].*?[}\]]+: /g, 'nvalid value: ')
    .replace(/(field )?("(?:[^"\\]|\\.)*")/gs, (whole: string, field: string | undefined, quoted: string) =>
      isSafe(quoted, secretive && field === undefined) ? whole : `${field ?? ''}"***"`,
    );
}

// Without a quote's value the field's name before it still tells where to look. In a Secret only names of fields and kinds are shown.
function isSafe(quoted: string, secretive: boolean): boolean {
  return quoted.length <= SHORT && !quoted.includes('\\') && !(secretive && !/^"(v\d\w*|Secret|[a-z]\w*(\.[a-zA-Z]\w*)+)"$/.test(quoted));
}

function head(text: string): string {
  return text.length <= HEAD ? text : `${text.slice(0, HEAD)}...`;
}
