/** A run as one page that needs nothing else: no script, nothing from the net. */
import { untoldText } from '../../model/analysed.ts';
import type { AnalysisStory, Chronicle } from '../chronicle.ts';
import { requestsText, secondsText } from '../words.ts';
import { metricChart, sharesChart } from './charts.ts';
import { latencyChart } from './latency.ts';
import { html, link, type Markup, none } from './markup.ts';
import { style } from './style.ts';

/** Steps beyond these are the same again and again. */
const MOST_STEPS = 300;

/** The page as text. */
export function pageOf(chronicle: Chronicle): string {
  const { what, ending } = chronicle;
  const title = `Rollout: ${what || ending.status}`;
  const sections = [
    head(chronicle, title),
    variants(chronicle),
    shares(chronicle),
    analyses(chronicle),
    answers(chronicle),
    pods(chronicle),
    steps(chronicle),
    plan(chronicle),
  ];
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>${title}</title><style>`
      .text
  }${style}${html`</style></head><body><a class="skip" href="#main">To the content</a><main id="main">${sections}</main></body></html>`.text}\n`;
}

function head({ ending, begunAt, seconds, run, release, tool, warnings, next }: Chronicle, title: string): Markup {
  const isFailed = ending.status === 'failed';
  const why =
    ending.message === null
      ? none
      : html`<div class="box"><p>${ending.message}</p><p><strong>What to do:</strong> ${ending.hint ?? ''}</p></div>`;
  return html`<header><h1>${title}</h1><p><span class="verdict ${isFailed ? 'failed' : 'well'}">${ending.status}</span> ${ending.text}</p>${why}<p>Begun <time datetime="${begunAt}">${begunAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}</time>, took ${secondsText(seconds)}${release === null ? '' : `, release ${release}`}. Run by ${run ? link(run.name, run.url) : 'nobody known'}. Rollout for Kubernetes ${tool}.</p></header>${list('Warnings', warnings)}${list('What to do next', next)}`;
}

const list = (title: string, texts: readonly string[]): Markup =>
  texts.length === 0 ? none : html`<section><h2>${title}</h2><ul>${texts.map(text => html`<li>${text}</li>`)}</ul></section>`;

/** A table that is wider than a phone is moved sideways, also by the keyboard. */
const table = (label: string, heads: readonly Markup[], rows: readonly Markup[]): Markup =>
  html`<div class="wide" role="region" aria-label="${label}" tabindex="0"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>`;

const column = (text: string): Markup => html`<th scope="col">${text}</th>`;

function variants({ variants: all }: Chronicle): Markup {
  if (all.length === 0) return none;
  const rows = all.map(
    variant =>
      html`<tr><th scope="row">${variant.role}</th><td>${variant.name}</td><td>${variant.images.join(', ')}</td><td>${variant.ready} of ${variant.replicas}</td><td>${requestsText(variant).replace(' of the requests', '') || '-'}</td></tr>`,
  );
  return html`<section><h2>Versions at the end</h2>${table('Versions', ['', 'Deployment', 'image', 'pods ready', 'share'].map(column), rows)}</section>`;
}

function shares(chronicle: Chronicle): Markup {
  const { shares: all, measured } = chronicle;
  if (all.length === 0) return none;
  const rows = all.map(
    ({ at, workload, weights }) =>
      html`<tr><td><time>${secondsText(at)}</time></td><td>${workload}</td><td>${Object.entries(weights)
        .map(([role, weight]) => `${role} ${weight / 10} %`)
        .join(', ')}</td></tr>`,
  );
  const counted = measured.map(
    one =>
      html`<p>${one.workload}: the canary got ${Math.round(one.measured * 10) / 10} % of ${one.requests} requests that the pods counted; its share was ${Math.round(one.asked * 10) / 10} %.</p>`,
  );
  const names = [...new Set(all.map(({ workload }) => workload))];
  const charts = names.map((name, i) => {
    const title = `Shares of the requests${names.length === 1 ? '' : ` of ${name}`} over time`;
    const shifts = all.filter(({ workload }) => workload === name);
    return html`${names.length === 1 ? none : html`<h3>${name}</h3>`}${sharesChart({ ...chronicle, shares: shifts }, { id: `shares-${i}`, title })}`;
  });
  return html`<section><h2>Shares</h2>${charts}${counted}<details><summary>Every shift as a table</summary>${table('Shifts', ['after', 'workload', 'shares'].map(column), rows)}</details></section>`;
}

function analyses({ analyses: all }: Chronicle): Markup {
  return all.length === 0 ? none : html`<section><h2>Is the new version good?</h2>${all.map(analysis)}</section>`;
}

function analysis(story: AnalysisStory, index: number): Markup {
  const { workload, verdict, findings, looks } = story;
  const names = [...new Set(looks.flatMap(({ metrics }) => metrics.map(({ metric }) => metric)))];
  const rows = findings.map(
    finding =>
      html`<tr><th scope="row">${finding.metric}</th><td class="${finding.verdict}">${finding.verdict}</td><td>${finding.reference}</td><td>${finding.canary}</td><td>${finding.difference}</td><td>${evidence('worse', finding.worse)}${evidence('not worse', finding.acceptable)}</td></tr>`,
  );
  const untold = untoldText(findings);
  const heads = ['metric', 'verdict', findings[0]?.against ?? 'baseline', 'canary', 'difference', 'proof'].map(column);
  return html`<h3>${workload}: <span class="verdict ${verdict ?? 'open'}">${verdict ?? 'not ended'}</span></h3>${rows.length > 0 ? table(`Metrics of ${workload}`, heads, rows) : none}${untold === null ? none : html`<p>${untold}</p>`}${names.map((metric, i) => metricChart(story, metric, `metric-${index}-${i}`))}${latencyChart(story, `latency-${index}`)}`;
}

function answers({ answers: all }: Chronicle): Markup {
  return all.length === 0 ? none : html`<section><h2>Who approved</h2><ul>${all.map(timed)}</ul></section>`;
}

/** How far the evidence went towards proof. */
function evidence(what: string, part: number): Markup {
  const percent = Math.round(Math.max(0, Math.min(1, part)) * 100);
  return html`<div>${what} ${percent} % <div class="bar ${what === 'worse' ? 'fail' : 'pass'}" aria-hidden="true"><i style="width:${percent}%"></i></div></div>`;
}

const timed = ({ at, text }: { readonly at: number; readonly text: string }): Markup =>
  html`<li><time>${secondsText(at)}</time> ${text}</li>`;

function pods({ pods: all }: Chronicle): Markup {
  return all.length === 0
    ? none
    : html`<section><h2>Pods</h2><details open><summary>${all.length} observations</summary><ul>${all.map(timed)}</ul></details></section>`;
}

function steps({ steps: all }: Chronicle): Markup {
  if (all.length === 0) return none;
  const shown = all.slice(-MOST_STEPS);
  const rows = shown.map(
    ({ at, seconds, text }) =>
      html`<tr><td><time>${secondsText(at)}</time></td><td>${text}</td><td class="n">${secondsText(seconds)}</td></tr>`,
  );
  const heads = [column('after'), column('step'), html`<th scope="col" class="n">took</th>`];
  return html`<section><h2>Steps</h2><details open><summary>${all.length} steps</summary>${table('Steps', heads, rows)}</details></section>`;
}

function plan({ plan: all }: Chronicle): Markup {
  return all.length === 0
    ? none
    : html`<section><h2>Plan</h2><details><summary>${all.length} steps, as they were planned</summary><ol>${all.map(text => html`<li>${text}</li>`)}</ol></details></section>`;
}
