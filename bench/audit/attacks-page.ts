import type { Outcome } from '../../testbed/audit/attack-trial';

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

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const line = (cells: readonly (string | number)[]): string => `| ${cells.map(String).join(' | ')} |`;

const ran = ({ notRun }: Row): boolean => notRun === undefined;
const harmful = ({ harms }: Row): boolean => harms.length > 0;

/** The page of the attacks by class, and each of them with what the audit said and what it did. */
export function attacksPage(rows: readonly Row[], names: ReadonlyMap<number, string>): string {
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
		'Written by `npx tsx bench/audit/attacks.ts`; nothing on this page is typed by hand.',
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
