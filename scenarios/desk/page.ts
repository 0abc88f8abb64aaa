import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../testbed/n8n/paths';
import type { Fired } from './alerts';
import type { Looked } from './pages';
import type { Sizes } from './sizes';
import type { Told } from './play';
import type { Watched } from './watch';

/** What is kept of each part, so that one part can be played alone. */
export interface Results {
	readonly pages: readonly Looked[];
	readonly alerts: Fired;
	readonly sizes: Sizes;
	readonly n8n: Told;
	readonly watch: Watched;
}

/** The page this program writes, from the root. */
export const deskPage = 'docs/records/desk.md';

const fileOf = (part: keyof Results): string =>
	join(packageRoot, 'scenarios', 'desk', 'results', `${part}.json`);

/** Keeps what came of one part. */
export function keep<Part extends keyof Results>(part: Part, result: Results[Part]): void {
	mkdirSync(join(packageRoot, 'scenarios', 'desk', 'results'), { recursive: true });
	writeFileSync(fileOf(part), `${JSON.stringify(result, null, '\t')}\n`);
}

/** What was kept of a part last; `null` before the first time. */
export const kept = <Part extends keyof Results>(part: Part): Results[Part] | null =>
	existsSync(fileOf(part)) ? (JSON.parse(readFileSync(fileOf(part), 'utf8')) as Results[Part]) : null;

const pagesPart = (rows: readonly Looked[]): readonly string[] => [
	'## The page in a browser',
	'',
	'Real Chromium; a made-up ledger, calm, with everything wrong at once, and after a search. *Answers end*: where the last of the five',
	'answers ends, of the height of the window. *axe*: what axe-core finds.',
	'',
	'| scene | window | answers end | wider than the window | asked elsewhere | axe |',
	'| --- | --- | --- | --- | --- | --- |',
	...rows.map(
		({ scene, window, answersEnd, height, tooWide, outside, axe }) =>
			`| ${scene} | ${window} | ${answersEnd} of ${height} px | ${tooWide ? 'yes' : 'no'} | ${outside.length} | ${axe.join('; ') || 'nothing'} |`,
	),
	'',
	'![The desk with trouble, light](../images/desk/trouble-wide-light.png)',
	'![The desk with trouble, dark](../images/desk/trouble-wide-dark.png)',
	'![The desk with trouble on a phone](../images/desk/trouble-phone-light.png)',
	'![The desk when all is well](../images/desk/calm-wide-light.png)',
	'',
];

const sizesPart = ({ rows, machine }: Sizes): readonly string[] => [
	'## Time and size',
	'',
	'One spine; slots of 100,000 deliveries, the open one half served. Time from asking the ledger to the page as text: median of 7, first, slowest.',
	`On ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}, Node ${machine.node}; *load* of the machine before and after (idle is 0).`,
	'Processor time is that of this process alone: on Postgres the server works besides.',
	'',
	'| store | deliveries | page, ms | processor, ms | with a search, ms | metrics, ms | bytes | load |',
	'| --- | --- | --- | --- | --- | --- | --- | --- |',
	...rows.map(
		({ store, deliveries, pageMs, cpuMs, searchMs, metricsMs, bytes, load = machine.load }) =>
			`| ${store} | ${deliveries.toLocaleString('en')} | ${pageMs.join(' / ')} | ${cpuMs} | ${searchMs} | ${metricsMs} | ${bytes.toLocaleString('en')} | ${load.join(' to ')} |`,
	),
	'',
];

const emptyWords = (empty: readonly string[]): string =>
	empty.length === 0 ? 'No panel is empty.' : `Empty, as there is nothing to show: ${empty.join('; ')}.`;

const alertsPart = ({ prometheus, before, seconds, alert, summary, dashboard }: Fired): readonly string[] => [
	'## A missed slot, told by Prometheus',
	'',
	`${prometheus.trim()}, with \`docs/observability/alerts.yml\` as it is shipped, reads the desk every two seconds. A spine with a slot each`,
	'minute is served once; then nobody asks.',
	'',
	`- After the served slot ended it fired ${before.length} alerts.`,
	`- ${seconds} s after the next slot ended, *${alert}* fired: “${summary}”`,
	`- Of the ${dashboard.queries} queries of the dashboard it answered ${dashboard.queries - dashboard.refused.length}. ${emptyWords(dashboard.empty)}`,
	...dashboard.refused.map((words) => `- **refused**: ${words}`),
	'',
	'![The panels of the dashboard when the alert fired](../images/desk/dashboard.png)',
	'',
	'The picture is drawn from the dashboard’s own queries and layout, not by Grafana itself, which no registry of packages carries.',
	'',
];

const n8nPart = ({ n8n, promises, troubles }: Told): readonly string[] => [
	'## In a real n8n',
	'',
	`n8n ${n8n} with the templates as shipped, read in real Chromium at \`/webhook/desk\`. Seconds from the deed until the page says it.`,
	'',
	'| what was done | seconds | what the page says |',
	'| --- | --- | --- |',
	...troubles.map(
		({ deed, seconds, sentence }) =>
			`| ${deed} | ${seconds.toFixed(0)} | ${sentence.replaceAll('|', '\\|')} |`,
	),
	'',
	...promises.map(({ text, violations }) =>
		violations.length === 0 ? `- kept: ${text}` : `- **broken**: ${text}: ${violations.join('; ')}`,
	),
	'',
];

const watchPart = ({ n8n, every, heard, desk, beats: [well, wrong, dead] }: Watched): readonly string[] => [
	'## A workflow that falls silent',
	'',
	`n8n ${n8n} with *Watch workflows*, its schedule at every ${every} s, and a workflow that calls an address every minute. Seconds from the deed`,
	'until the team’s channel has the message; n8n may be three minutes late with what is due.',
	'',
	'| what was done | seconds | what the channel reads |',
	'| --- | --- | --- |',
	...heard.map(
		({ deed, seconds, text }) =>
			`| ${deed} | ${seconds} | ${text.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`,
	),
	'',
	`Meanwhile the desk says: “${desk}”`,
	'',
	`Heartbeats: ${well} before, ${wrong} in two minutes in which it was wrong, ${dead} in two minutes after n8n was killed.`,
	'',
];

/** The page, from what is kept. */
export function renderPage(): string {
	const [pages, alerts, sizes, n8n] = [kept('pages'), kept('alerts'), kept('sizes'), kept('n8n')];
	const watch = kept('watch');
	const lines = [
		'# The desk, tried',
		'',
		'Says what the desk showed, how fast, and how soon. Written by `npm run demo:desk`; nothing on this page is typed by hand.',
		'',
		...(n8n ? n8nPart(n8n) : []),
		...(watch ? watchPart(watch) : []),
		...(pages ? pagesPart(pages) : []),
		...(alerts ? alertsPart(alerts) : []),
		...(sizes ? sizesPart(sizes) : []),
	];
	return `${lines.join('\n').trimEnd()}\n`;
}

/** Writes the page from what is kept. */
export const writePage = (): void => writeFileSync(join(packageRoot, deskPage), renderPage());
