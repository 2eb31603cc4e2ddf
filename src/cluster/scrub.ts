/** What the API server says of a refusal. */
export interface Words {
  readonly message: string;
  readonly causes: readonly { readonly field: string; readonly message: string }[];
}

const HEAD = 400;
const SHORT = 60;
const SECRETIVE = ['Secret', 'SealedSecret', 'ExternalSecret'];

/** The API server's words without values: of a Secret none, of others only short ones. Never longer than a few lines. */
export function scrubbed({ message, causes }: Words, kind: string): string {
  const told = causes.map(cause => `${cause.field === '' ? '' : `${cause.field}: `}${cause.message}`);
  const words = told.length > 0 ? told.join('; ') : message;
  return head(withoutValues(words, SECRETIVE.includes(kind)).replace(/\s+/g, ' ').trim());
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
