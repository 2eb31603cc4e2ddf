/** The tab of a build in Azure Pipelines: the report of each step of ours, in a frame where nothing of it runs. */
import * as SDK from 'azure-devops-extension-sdk';
import { type Build, pageOf, type Report, reportsOf } from './reports.ts';

/** What Azure DevOps hands to a tab of a build. */
interface Configuration {
  onBuildChanged?(changed: (build: { readonly id: number; readonly project: { readonly id: string } }) => void): void;
}

interface Locations {
  getServiceLocation(): Promise<string>;
}

const LOCATIONS = 'ms.vss-features.location-service';

const part = <Part extends Element>(selector: string): Part => {
  const found = document.querySelector<Part>(selector);
  if (found === null) throw new Error(`The page lacks ${selector}.`);
  return found;
};

function say(text: string): void {
  part('#said').textContent = text;
}

async function show(build: Build, report: Report): Promise<void> {
  const frame = part<HTMLIFrameElement>('iframe');
  const page = await pageOf(build, report);
  // A link opens beside Azure DevOps: most sites are shown in no frame.
  frame.srcdoc = page.replace('<head>', '<head><base target="_blank">');
  frame.title = `Report of ${report.name}`;
  frame.hidden = false;
  say('');
}

/** Where there are several, the last one is shown first: it says where everything stands. */
function choice(build: Build, reports: readonly Report[]): Element {
  const label = document.createElement('label');
  const select = document.createElement('select');
  for (const [i, { name }] of reports.entries()) select.add(new Option(name, String(i), false, i === reports.length - 1));
  select.addEventListener('change', () => {
    const chosen = reports[Number(select.value)];
    if (chosen) show(build, chosen).catch(fail);
  });
  label.append('Step: ', select);
  return label;
}

function fail(error: unknown): void {
  part<HTMLIFrameElement>('iframe').hidden = true;
  say(error instanceof Error ? error.message : String(error));
}

async function open(id: number, project: string): Promise<void> {
  const locations = await SDK.getService<Locations>(LOCATIONS);
  const [location, token] = await Promise.all([locations.getServiceLocation(), SDK.getAccessToken()]);
  const build: Build = { organisation: location.replace(/\/*$/, '/'), project, id, token };
  const reports = await reportsOf(build);
  part('nav').replaceChildren(...(reports.length > 1 ? [choice(build, reports)] : []));
  const last = reports.at(-1);
  if (last) await show(build, last);
  else say('No step of this run has a report yet. Each step of KubernetesRollout attaches one when it ends.');
}

async function begin(): Promise<void> {
  await SDK.init({ loaded: false, applyTheme: true });
  const { onBuildChanged } = SDK.getConfiguration() as Configuration;
  onBuildChanged?.(build => void open(build.id, build.project.id).catch(fail));
  await SDK.notifyLoadSucceeded();
}

begin().catch(fail);
