import type { Outcome } from '../../testbed/audit/attack-trial';
import type { KeyOutcome } from '../../testbed/audit/keys/trial';

/** One attack with its answers. */
export interface Row extends Outcome {
	readonly by: 'author' | 'outsider';
	/** Why it may be proven: an assumption that is written down, or that it breaks no promise. */
	readonly known?: string;
}

/** Harms of silence: a mail that is not sent is seen in the ledger, and is none of those that can be sent too often. */
const SILENT = new Set(['claim left open', 'somebody got no mail']);

/** Attacks that did harm and were called proven, but for those whose reason is written down. */
export const missed = (rows: readonly Row[]): readonly Row[] =>
	rows.filter(({ verdict, harms, known }) => verdict === 'proven' && harms.length > 0 && known === undefined);

/** The same of attacks on key claims. */
export const missedKeys = (outcomes: readonly KeyOutcome[]): readonly KeyOutcome[] =>
	outcomes.filter(({ verdict, harms }) => verdict === 'proven' && harms.length > 0);

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const line = (cells: readonly (string | number)[]): string => `| ${cells.map(String).join(' | ')} |`;

const ran = ({ notRun }: Row): boolean => notRun === undefined;
const harmful = ({ harms }: Row): boolean => harms.length > 0;

/** The page of the attacks by class, and each of them with what the audit said and what it did. */
export function attacksPage(
	rows: readonly Row[],
	ofKeys: readonly KeyOutcome[],
	names: ReadonlyMap<number, string>,
): string {
	const classes = [...names].map(([is, name]) => {
		const of = rows.filter((row) => row.is === is);
		const outsider = of.filter(({ by }) => by === 'outsider');
		const loud = of.filter(({ harms }) => harms.some((harm) => !SILENT.has(harm)));
		return line([
			is,
			cell(name),
			of.length - outsider.length,
			outsider.length,
			of.filter(({ verdict }) => verdict !== 'proven').length,
			of.filter(ran).length,
			loud.length,
			of.filter(harmful).length - loud.length,
			missed(of).length,
		]);
	});
	const known = rows.filter(({ verdict, known: why }) => verdict === 'proven' && why !== undefined);
	return [
		'# Attacks on the workflow audit',
		'',
		'Written by `npm run audit:attacks`; nothing on this page is typed by hand. What an attack did is kept from the run in which',
		'it was new (`-- again`); what the audit says of it is asked anew each time.',
		'',
		'Unsafe workflows of fifteen classes, by the author of the rules (`testbed/audit/attacks/`) and by somebody who had not read',
		'them (`testbed/audit/foreign/`). Each was audited, and run in n8n-core 2.40 with the real nodes: ours on a real ledger, those',
		'of n8n-nodes-base and of `@n8n/n8n-nodes-langchain` with an account at every vendor. The vendors are stand-ins at their own',
		'addresses (`testbed/audit/world/`): nothing leaves the machine. What a node requires and the attack left empty was filled in.',
		'Each attack goes through one world after another until it does harm, judged from outside: by mails received, requests to',
		'places that act, values in HubSpot and rows of the ledger. *Loud*: a mail too many, too early, ungated, to the wrong one, or',
		'a commit without one. *Silent*: a mail that never came, or a claim left open. Class 15 (evidence that stays while what it',
		"rests on changes) is held by the tests of the workflow's identity.",
		'',
		'| | class | by the author | by an outsider | not proven | run | loud harm | silent harm | harmful and proven |',
		'| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
		...classes,
		'',
		`${rows.length} attacks, ${rows.filter(ran).length} run, ${rows.filter(harmful).length} did harm. Harmful and proven: ${missed(rows).length}.`,
		'',
		'## Proven, with the reason',
		'',
		'| class | attack | did | why it may be |',
		'| --- | --- | --- | --- |',
		...known.map(({ is, does, harms, notRun, known: why }) =>
			line([
				is,
				cell(does),
				notRun === undefined ? harms.join(', ') || 'nothing' : 'not run',
				cell(why ?? ''),
			]),
		),
		'',
		...keysPart(ofKeys),
		'## Each attack',
		'',
		'| class | attack | by | audit | did |',
		'| --- | --- | --- | --- | --- |',
		...[...rows]
			.sort((a, b) => a.is - b.is || a.by.localeCompare(b.by))
			.map(({ is, does, by, verdict, harms, notRun }) =>
				line([
					is,
					cell(does),
					by,
					verdict,
					notRun === undefined ? harms.join(', ') || 'no harm seen' : `not run: ${cell(notRun)}`,
				]),
			),
		'',
	].join('\n');
}

/** What an attack did, apart from what the audit says of it. */
export type Deed = Pick<Row, 'is' | 'does' | 'by' | 'harms' | 'notRun'>;

/** The deeds that a page of {@link attacksPage} tells of. */
export function deedsOn(page: string): readonly Deed[] {
	const [, table = ''] = page.split('## Each attack');
	return table.split('\n').flatMap((row): Deed[] => {
		const [is = '', does = '', by = '', , did = ''] = row
			.slice(2, -2)
			.split(/ (?<!\\)\| /)
			.map((text) => text.replaceAll('\\|', '|'));
		if (!/^\d+$/.test(is) || (by !== 'author' && by !== 'outsider')) return [];
		const [, notRun] = /^not run: (.*)$/s.exec(did) ?? [];
		const harms = notRun !== undefined || did === 'no harm seen' ? [] : did.split(', ');
		return [{ is: Number(is), does, by, harms, ...(notRun === undefined ? {} : { notRun }) }];
	});
}

/** Attacks on key claims: what the audit said, and what each did. */
function keysPart(outcomes: readonly KeyOutcome[]): string[] {
	const ran = outcomes.filter(({ notRun }) => notRun === undefined);
	const did = ran.filter(({ harms }) => harms.length > 0);
	return [
		'## Around a key claim',
		'',
		'A workflow that does one thing for each id, once (`testbed/audit/keys/`), with one mistake. Run with real nodes on a real ledger',
		'in worlds in which the same things come several times, at once, after a refusal, after an answer that was cut off, with odd',
		'values, and after a run that was killed before or after its act. *done twice*, *done unclaimed* and *completed undone* are',
		'loud; *a key left open* and *never done* are silent.',
		'',
		`${outcomes.length} attacks, ${ran.length} run, ${did.length} did harm. Harmful and proven: ${missedKeys(outcomes).length}.`,
		'',
		'| class | attack | audit | did |',
		'| --- | --- | --- | --- |',
		...outcomes.map(({ is, does, verdict, harms, notRun }) =>
			line([
				is,
				cell(does),
				verdict,
				notRun === undefined ? harms.join(', ') || 'no harm seen' : `not run: ${cell(notRun)}`,
			]),
		),
		'',
	];
}
