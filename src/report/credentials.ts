/** What stands before the `@` of an address: `//user:password@`, `//token@`, and also where a scheme or its slashes are misspelt. */
const OF_ADDRESS = /(\/\/)[^\s/@]{1,1000}@(?!sha\d+:)(?:[^\s/@]{1,255}@)*/g;
const OF_USER = /(^|[\s/"'`(=])[^\s/@:"'`(=]{1,255}:[^\s/"'`]{1,1000}@(?!sha\d+:)/gm;
/** What signs an address, such as a SAS or a token. The rest of a query stays: links of pipeline runs have one. */
const OF_QUERY = /([?&][\w.-]{0,40}(?:sig|signature|token|key|password|passwd|pwd|secret|credential)=)[^\s&"'`#]+/gi;

/** Text without the credentials of any address in it. The digest of an image stands behind an `@` too, and stays. */
export function withoutCredentials(text: string): string {
  const isAddress = /[@?]/.test(text);
  return isAddress ? text.replace(OF_ADDRESS, '$1***@').replace(OF_USER, '$1***@').replace(OF_QUERY, '$1***') : text;
}
