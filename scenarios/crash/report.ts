import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../testbed/n8n/paths';
import type { KillResult, Tally } from './play';
import type { CrashMode } from './plan';

/** One run of the harness in one mode. */
export interface CrashRun {
	readonly mode: CrashMode;
	readonly seed: number;
	readonly kills: readonly KillResult[];
	/** What the judge found over everything once all kills were over; `null` while the run goes on. */
	readonly final: readonly string[] | null;
	/** What was sent and recorded in all. */
	readonly totals: { readonly mails: number; readonly deliveries: Tally; readonly slots: number } | null;
	readonly seconds: number;
}

/** The page this program writes, from the root. */
export const crashPage = 'docs/records/crash.md';

const resultsFolder = join(packageRoot, 'scenarios', 'crash', 'results');
const modes: readonly CrashMode[] = ['regular', 'queue'];

/** Keeps a run and writes the page from all runs kept. */
export function keepRun(run: CrashRun): void {
	mkdirSync(resultsFolder, { recursive: true });
	writeFileSync(join(resultsFolder, `${run.mode}-${run.seed}.json`), `${JSON.stringify(run, null, '\t')}\n`);
	writeFileSync(join(packageRoot, crashPage), renderPage(keptRuns()));
}

/** The runs kept so far. */
export function keptRuns(): readonly CrashRun[] {
	const files = existsSync(resultsFolder)
		? readdirSync(resultsFolder).filter((file) => file.endsWith('.json'))
		: [];
	return files
		.map((file) => JSON.parse(readFileSync(join(resultsFolder, file), 'utf8')) as CrashRun)
		.sort((left, right) => modes.indexOf(left.mode) - modes.indexOf(right.mode) || left.seed - right.seed);
}

const titles: Readonly<Record<CrashMode, string>> = {
	regular: 'Regular mode: one n8n, the ledger in SQLite',
	queue: 'Queue mode: main and two workers, the ledger in Postgres, Redis between them',
};

/** The page: what is done, and one row for each kill. */
export function renderPage(runs: readonly CrashRun[]): string {
	const kills = runs.flatMap((run) => run.kills);
	const violations = runs.flatMap((run) => [
		...run.kills.flatMap((kill) => kill.violations),
		...(run.final ?? []),
	]);
	return [
		'# Kills and what became of them',
		'',
		'Written by `npm run crash` and `npm run crash:queue`; nothing on this page is typed by hand.',
		'',
		'A real n8n runs the templates [content-delivery-spine](../reference/templates/content-delivery-spine.md) and',
		'[reconcile](../reference/templates/reconcile.md) on their schedules, against stand-ins for HubSpot, Postmark and the generator.',
		'For each kill five contacts become due. The harness holds n8n back at the kill point (between two nodes, in the',
		'middle of one, or while a vendor holds a call) and strikes there: SIGKILL of the process group unless the table',
		'says otherwise. Then it starts again what is down, lets the schedules run, and judges from outside: the mail the',
		'Postmark stand-in accepted, what HubSpot holds, and the ledger through a connection of its own.',
		'Three more contacts are due in every slot throughout.',
		'',
		'The judge asks: at most one mail for each delivery; a commit for each mail and a mail for each commit; everything',
		'that was due is recorded; no failure without a reason; nothing left waiting; nothing in HubSpot before its mail,',
		'each mail told to HubSpot, the delivery count risen by the number of mails; two mails to one contact never closer',
		'than the minimum gap; the event chain intact.',
		'',
		`**${kills.length} kills, ${violations.length} violations.**`,
		'',
		...runs.flatMap(renderRun),
	].join('\n');
}

function renderRun(run: CrashRun): string[] {
	const command = run.mode === 'queue' ? 'npm run crash:queue' : 'npm run crash';
	const reached = run.kills.filter((kill) => kill.reached).length;
	return [
		`## ${titles[run.mode]}`,
		'',
		`Seed ${run.seed}; ${run.kills.length} kills, ${reached} of them at their point, in ${Math.round(run.seconds / 60)} minutes.`,
		...(run.totals === null
			? []
			: [
					`${run.totals.mails} mails in ${run.totals.slots} slots; deliveries at the end: ${words(run.totals.deliveries)}.`,
				]),
		`Replay one: \`${command} -- --seed ${run.seed} --only <number>\`.`,
		'',
		...(run.final === null
			? ['The run is not over: the last judgement over everything is missing.']
			: [
					`Judged over everything at the end: ${run.final.length} violations.`,
					...run.final.map((text) => `- ${text}`),
				]),
		'',
		'| | where | blow | the ledger right after it | mails by then | back | settled | the end | violations |',
		'| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
		...run.kills.map(row),
		'',
	];
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(0)} s`;

const words = (tally: Tally): string =>
	Object.entries(tally)
		.map(([state, count]) => `${count} ${state}`)
		.join(', ');

function row(kill: KillResult): string {
	const cells = [
		kill.number,
		kill.reached ? kill.where : `${kill.where} (not reached: struck at rest)`,
		kill.retried ? `${kill.blow}, then Retry` : kill.blow,
		words(kill.found),
		kill.sentByThen,
		seconds(kill.backMs),
		seconds(kill.settledMs),
		words(kill.end),
		kill.violations.length === 0 ? '0' : kill.violations.join('; '),
	];
	return `| ${cells.join(' | ')} |`;
}

/** One kill as a line for the terminal. */
export const lineOf = (kill: KillResult): string =>
	[
		String(kill.number).padStart(4),
		kill.violations.length === 0 ? 'ok    ' : 'BROKEN',
		`${kill.reached ? '' : '(at rest) '}${kill.where}`.padEnd(46),
		`${kill.blow}${kill.retried ? ' + retry' : ''}`.padEnd(21),
		words(kill.found).padEnd(28),
		`back ${seconds(kill.backMs)}, settled ${seconds(kill.settledMs)}`,
		...kill.violations.map((text) => `\n       ${text}`),
	].join('  ');
