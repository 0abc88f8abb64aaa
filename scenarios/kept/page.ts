import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Machine } from '../../testbed/machine';
import { packageRoot } from '../../testbed/n8n/paths';
import type { KeptRun } from './measure';

/** What was measured, when and where. */
export interface KeptRecord {
	readonly at: string;
	readonly commit: string;
	readonly n8n: string;
	readonly machine: Machine;
	readonly runs: readonly KeptRun[];
}

/** The page this program writes, from the root. */
export const keptPage = 'docs/records/kept.md';

const file = join(__dirname, 'results', 'kept.json');

/** What was measured last; `null` before the first time. */
export const keptRecord = (): KeptRecord | null =>
	existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as KeptRecord) : null;

/** Keeps what was measured, and writes the page. */
export function keepRecord(record: KeptRecord): void {
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify(record, null, '\t')}\n`);
	writeFileSync(join(packageRoot, keptPage), renderPage(record));
}

/** Fewer than before where n8n deleted some meanwhile: none are left. */
const mega = (bytes: number): string => `${(Math.max(0, bytes) / 1e6).toFixed(1)} MB`;

/** What n8n keeps of a saved run: MB for 1,000 deliveries of the spine, kB for each report, both rounded as they are told. */
export function sizesOf({ runs }: Pick<KeptRecord, 'runs'>): { spineMb: number; reportKb: number } {
	const saved = runs.find(({ way }) => way === 'good runs saved');
	if (saved === undefined) throw new Error('It was not measured with good runs saved.');
	const { spine, reports, deliveries } = saved;
	return {
		spineMb: Number((spine.bytes / deliveries / 1_000).toFixed(1)),
		reportKb: Math.round(reports.bytes / reports.runs / 1_000),
	};
}

const rowOf = ({ way, deliveries, spine, reports, written }: KeptRun): string =>
	`| ${[
		way,
		deliveries.toLocaleString('en'),
		`${spine.runs}`,
		mega(spine.bytes),
		mega(spine.passing + reports.passing),
		`${reports.runs.toLocaleString('en')}`,
		mega(reports.bytes),
		written === null ? 'not told' : mega(written),
	].join(' | ')} |`;

/** The page: one row for each way. */
export function renderPage(record: KeptRecord): string {
	const { n8n, machine: on, commit, runs } = record;
	const { spineMb, reportKb } = sizesOf(record);
	return [
		'# What n8n keeps of a run',
		'',
		'Written by `npm run kept`; nothing on this page is typed by hand.',
		'',
		'A real n8n on SQLite runs [content-delivery-spine](../reference/templates/content-delivery-spine.md) and, for each report of the provider,',
		'[provider-events](../reference/templates/provider-events.md): as they ship, then with good runs saved, then with the progress of each run saved, too.',
		'HubSpot, Postmark and the generator are stand-ins. Counted is what `execution_data` of n8n’s database has of runs that began by themselves. Of a run that',
		'it does not keep n8n has a row, too, which it deletes within 15 minutes of its end. Written is all that the process of n8n had the system write',
		'meanwhile, its ledger included.',
		'',
		`n8n ${n8n} on ${on.cores} cores (${on.cpu}), Node ${on.node}, at ${commit}.`,
		'',
		'| settings | deliveries | runs of the spine kept | in the database | of runs not kept, for a while | runs for reports kept | in the database | written by n8n |',
		'| --- | --- | --- | --- | --- | --- | --- | --- |',
		...runs.map(rowOf),
		'',
		`Saved, a spine leaves about ${spineMb} MB for 1,000 deliveries, and each report about ${reportKb} kB: for 100,000 about ${Math.round(spineMb * 100)} MB, and`,
		`${Math.round(reportKb * 100)} MB for one report each. The texts of the stand-in are short; longer ones leave more.`,
		'',
	].join('\n');
}
