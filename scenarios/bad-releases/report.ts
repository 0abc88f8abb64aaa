import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../testbed/n8n/paths';
import type { Played } from './play';
import type { Promised } from './promises';

/** One run of the harness. */
export interface BadReleaseRun {
	/** Seconds of a slot, and of its window. */
	readonly every: number;
	readonly window: number;
	readonly contacts: number;
	/** Seconds between two looks of the monitor. */
	readonly looksEvery: number;
	readonly rehearsal: readonly Promised[];
	readonly releases: readonly Played[];
	/** The rehearsal beside the live spine, after all of them. */
	readonly shadow: readonly Promised[];
	/** What must hold of everything together. */
	readonly whole: readonly Promised[];
	readonly mails: number;
	readonly seconds: number;
}

/** The page this program writes, from the root. */
export const badReleasePage = 'docs/records/bad-releases.md';

const resultFile = join(packageRoot, 'scenarios', 'bad-releases', 'results', 'run.json');

/** Keeps a run and writes the page from it. */
export function keepRun(run: BadReleaseRun): void {
	mkdirSync(dirname(resultFile), { recursive: true });
	writeFileSync(resultFile, `${JSON.stringify(run, null, '\t')}\n`);
	writeFileSync(join(packageRoot, badReleasePage), renderPage(run));
}

/** The run kept last; `null` before the first. */
export const keptRun = (): BadReleaseRun | null =>
	existsSync(resultFile) ? (JSON.parse(readFileSync(resultFile, 'utf8')) as BadReleaseRun) : null;

/** Every promise of a run that was broken, one sentence for each violation. */
export const violationsOf = ({ rehearsal, releases, shadow, whole }: BadReleaseRun): readonly string[] =>
	[
		...rehearsal.map((one) => ['rehearsal', one] as const),
		...releases.flatMap(({ id, promises }) => promises.map((one) => [id, one] as const)),
		...shadow.map((one) => ['shadow', one] as const),
		...whole.map((one) => ['all', one] as const),
	].flatMap(([of, { text, violations }]) => violations.map((found) => `${of}: ${text}: ${found}`));

/** The page: what is done, one row for each release, and what was promised of each. */
export function renderPage(run: BadReleaseRun): string {
	const { every, window, contacts, looksEvery, rehearsal, releases, shadow, whole, mails, seconds } = run;
	const broken = violationsOf(run);
	return [
		'# Bad releases and what became of them',
		'',
		'Written by `npm run demo:stabilization`; nothing on this page is typed by hand.',
		'',
		'A real n8n runs the templates [content-delivery-spine](../reference/templates/content-delivery-spine.md),',
		'[stabilization-monitor](../reference/templates/stabilization-monitor.md), [rollback](../reference/templates/rollback.md),',
		'[reconcile](../reference/templates/reconcile.md) and [provider-events](../reference/templates/provider-events.md) as shipped, but for',
		'credentials, the values of *Set Config* and the schedules. A person ships one release after the other: opens it, captures',
		'a snapshot, asks the gate, and applies the changes through n8n’s public API. From then on nobody does anything: the',
		'monitor looks, says, and calls the rollback. Judged from outside: the mail the Postmark stand-in accepted, what HubSpot',
		'was told, what n8n’s API says is published, and the ledger through a connection of its own.',
		'',
		'A bad release is one that got through the gate. So the policy here lets a release leave out what is asked before; the',
		'[audit](../guide/audit.md) would hold the one that drops the claim. What is watched, and what sends a release back, is as the',
		'preset has it.',
		'',
		`${contacts} contacts, slots of ${every} s that stay open for ${window} s, a look every ${looksEvery} s; ${mails} mails in ${Math.round(seconds / 60)} minutes. One address in twenty bounces whatever is sent to it.`,
		'',
		`**${releases.length} releases, ${broken.length === 0 ? 'no promise broken' : `${broken.length} promises broken`}.**`,
		'',
		'| release | what it does | end | found by | from its first slot to the verdict | slots | mails under it | missed | from the verdict to the end of the rollback |',
		'| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
		...releases.map((played) => row(played, every)),
		'',
		'As shipped the monitor looks every hour at slots of two days: what one look found here takes up to an hour there.',
		'Missed deliveries are not made up; the slot after the rollback comes when it would have come anyway. What was only',
		'stopped, and not missed, is sent in its own slot once the rollback is over.',
		'',
		...(rehearsal.length === 0 ? [] : ['## The rehearsal before', '', ...rehearsal.map(promise), '']),
		...releases.flatMap(({ title, reason, promises }) => [
			`## ${title}`,
			'',
			reason === '' ? 'No verdict.' : `> ${reason}`,
			'',
			...promises.map(promise),
			'',
		]),
		...(shadow.length === 0 ? [] : ['## The shadow beside the live spine', '', ...shadow.map(promise), '']),
		...(whole.length === 0 ? [] : ['## All of it', '', ...whole.map(promise), '']),
	].join('\n');
}

const promise = ({ text, violations }: Promised): string =>
	violations.length === 0 ? `- kept: ${text}` : `- **broken**: ${text}: ${violations.slice(0, 5).join('; ')}`;

const span = (from: number, to: number | null): string =>
	to === null ? 'never' : `${Math.max(0, (to - from) / 1000).toFixed(0)} s`;

function row(played: Played, every: number): string {
	const { title, does, stage, findings, firstSlotAt, decidedAt, rolledBackAt, mails, missed } = played;
	const slots =
		decidedAt === null ? '' : String(Math.max(1, Math.ceil((decidedAt - firstSlotAt) / 1000 / every)));
	const cells = [
		title,
		does,
		stage,
		findings.join(', ') || 'nothing',
		span(firstSlotAt, decidedAt),
		slots,
		mails,
		missed,
		rolledBackAt === null || decidedAt === null ? '' : span(decidedAt, rolledBackAt),
	];
	return `| ${cells.join(' | ')} |`;
}
