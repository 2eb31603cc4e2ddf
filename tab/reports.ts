/** The reports that steps of ours attached to a build, over the REST API of Azure DevOps. */

/** Where they are, and who may read them. */
export interface Build {
  /** The address of the organisation, with a slash at the end. */
  readonly organisation: string;
  readonly project: string;
  readonly id: number;
  readonly token: string;
}

/** A report that is there. */
export interface Report {
  /** "job - step". */
  readonly name: string;
  readonly address: string;
}

/** As the task attaches them. */
const TYPE = 'kubernetes-rollout.report';
const VERSION = 'api-version=7.1-preview.2';
const MOST_REPORTS = 200;
/** A report has less than 300 kB. */
const MOST_CHARACTERS = 2_000_000;

/** All reports of a build; throws an Error in words for the user. */
export async function reportsOf(build: Build): Promise<readonly Report[]> {
  const { organisation, project, id } = build;
  const answer = await read(build, `${organisation}${encodeURIComponent(project)}/_apis/build/builds/${id}/attachments/${TYPE}?${VERSION}`);
  const { value } = JSON.parse(answer) as { readonly value?: readonly Attachment[] };
  return (value ?? []).slice(0, MOST_REPORTS).flatMap(({ name, _links: links }) => {
    const address = links?.self?.href ?? '';
    // The token goes to the organisation and to nobody else.
    return address.startsWith(organisation) ? [{ name, address }] : [];
  });
}

interface Attachment {
  readonly name: string;
  readonly _links?: { readonly self?: { readonly href?: string } };
}

/** The page that a report is; throws an Error in words for the user. */
export async function pageOf(build: Build, { address }: Report): Promise<string> {
  const page = await read(build, address);
  if (page.length > MOST_CHARACTERS) throw new Error('The report is longer than any of ours.');
  return page;
}

async function read({ token }: Build, address: string): Promise<string> {
  const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } }).catch(() => null);
  if (answer === null) throw new Error('Azure DevOps does not answer. Load the page again.');
  // Who is not logged in gets the page where people log in, with status 203.
  if (answer.status === 200) return await answer.text();
  const hint = [203, 401, 403].includes(answer.status) ? ' The extension needs the scope "Build (read)".' : '';
  throw new Error(`Azure DevOps answers with status ${answer.status}.${hint}`);
}
