import type { Trial, Verdict } from '../../testbed/audit/trial';

export const flagged = ({ verdict }: Verdict): boolean => verdict !== 'proven';
export const harmful = ({ harms }: Verdict): boolean => harms.length > 0;

const percent = (part: number, whole: number): string =>
	whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
	[head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const grouped = <T>(list: readonly T[], key: (one: T) => string): Map<string, T[]> => {
	const groups = new Map<string, T[]>();
	for (const one of list) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
	return groups;
};

const bySize = <T>(groups: Map<string, T[]>): (readonly [string, T[]])[] =>
	[...groups].sort((a, b) => b[1].length - a[1].length || a[0].localeCompare(b[0]));

/** Ends of a run that are no answer of our nodes. */
const STOPS = ['the run ended with an error', 'n8n refuses to start it'];

const reasons = ({ refusals }: Verdict): string[] => [
	...new Set(refusals.map((one) => one.slice(one.indexOf(': ') + 2))),
];

/** Why a mutant is flagged although no world saw harm; the first that applies. */
const EXPLANATIONS: readonly (readonly [name: string, applies: (one: Verdict) => boolean, why: string])[] = [
	[
		'held by the ledger',
		(one) => reasons(one).some((reason) => !STOPS.includes(reason)),
		'An item did come the wrong way, and Release Gate, Idempotency Check or Delivery Commit refused it at run time (reasons below). The audit proves the graph without leaning on that, so that no single mistake is enough.',
	],
	[
		'claims stay open',
		({ leftOpen }) => leftOpen,
		'Not a false alarm: a claim was left without commit or fail (proof 3), which harms nobody but waits for a lease to run out.',
	],
	[
		'the run stops',
		(one) => reasons(one).length > 0,
		'The mutant ends in an error before anything is sent, or n8n refuses to start it.',
	],
	[
		'nobody came that way',
		() => true,
		'The path is there, and no contact of these worlds took it: it needs an answer the stand-ins do not give, or two branches in another order (n8n runs branches in the order of the canvas).',
	],
];

/** The page of the trial. Every figure is counted from it. */
export function mutantsPage({ base, verdicts, made }: Trial): string {
	const harms = verdicts.filter(harmful);
	const missed = harms.filter((one) => !flagged(one));
	const alarms = verdicts.filter((one) => flagged(one) && !harmful(one));
	const explained = grouped(alarms, (one) => EXPLANATIONS.find(([, applies]) => applies(one))?.[0] ?? '');
	const held = explained.get('held by the ledger') ?? [];
	const kinds = [...new Set(harms.flatMap((one) => one.harms.map(([harm]) => harm)))].sort();
	return [
		'# Mutants of the spine',
		'',
		'Written by `npx tsx bench/audit/mutants.ts`; do not edit. A program changes the spine in one place at a time. Every mutant',
		'runs in n8n-core with **our real nodes on a real SQLite ledger**, the real HTTP Request node, the real HubSpot client and',
		'stand-ins for HubSpot, the generator and the mail provider, through the worlds of `testbed/audit/scenarios.ts`: several',
		'runs, two at once, leases that run out, a provider that refuses or takes and answers with an error, a generator that fails,',
		'a pause before the gate and one before the send, held contacts, a rehearsal, a provider without message ids, nodes that throw',
		'as a whole. Then it is audited.',
		'',
		'Harm is judged from outside, at the moment a mail arrives and after each run: mails per contact and slot, mails to whom the',
		'gate holds or who rehearses, mails no confirmation covers, commits and HubSpot values without an accepted mail.',
		'',
		`The spine itself: ${base.harms.length === 0 ? 'no harm' : 'HARM'} in any world, ${base.verdict} by the audit.`,
		'',
		table(
			[
				'mutants run',
				'of',
				'do harm',
				'of these flagged',
				'missed',
				'flagged without harm',
				'proven and harmless',
			],
			[
				[
					verdicts.length,
					made,
					harms.length,
					`${harms.length - missed.length} (${percent(harms.length - missed.length, harms.length)})`,
					missed.length,
					alarms.length,
					verdicts.filter((one) => !flagged(one) && !harmful(one)).length,
				],
			],
		),
		'',
		'## By operator',
		'',
		table(
			['operator', 'mutants', 'harmful', 'flagged of harmful', 'flagged without harm'],
			[...grouped(verdicts, ({ operator }) => operator)].map(([operator, list]) => [
				operator,
				list.length,
				list.filter(harmful).length,
				list.filter((one) => harmful(one) && flagged(one)).length,
				list.filter((one) => !harmful(one) && flagged(one)).length,
			]),
		),
		'',
		'## By harm',
		'',
		table(
			['harm', 'mutants', 'flagged', 'rules that flag them most often', 'seen first in'],
			kinds.map((kind) => {
				const list = harms.filter((one) => one.harms.some(([harm]) => harm === kind));
				const rules = bySize(
					grouped(
						list.flatMap((one) => one.rules),
						(rule) => rule,
					),
				);
				const worlds = bySize(
					grouped(
						list.flatMap((one) => one.harms.filter(([harm]) => harm === kind).map(([, world]) => world)),
						(world) => world,
					),
				);
				const counts = (all: (readonly [string, string[]])[]): string =>
					all
						.slice(0, 3)
						.map(([name, ones]) => `${name} (${ones.length})`)
						.join(', ');
				return [kind, list.length, list.filter(flagged).length, counts(rules), counts(worlds)];
			}),
		),
		'',
		'## Flagged without harm',
		'',
		table(
			['what', 'mutants', 'why'],
			EXPLANATIONS.map(([name, , why]) => [name, explained.get(name)?.length ?? 0, why]),
		),
		'',
		'What the ledger and our nodes answered in those they held, beyond what they answer in the spine itself:',
		'',
		table(
			['reason', 'mutants', 'for example'],
			bySize(
				grouped(
					held.flatMap((one) => reasons(one).map((reason) => ({ reason, one }))),
					({ reason }) => reason,
				),
			).map(([reason, list]) => [reason, list.length, `${list[0]?.one.operator}: ${list[0]?.one.what}`]),
		),
		'',
		'By the rules that were violated:',
		'',
		table(
			['rules', 'mutants', 'for example'],
			bySize(grouped(alarms, ({ rules }) => rules.join(', '))).map(([rules, list]) => [
				rules,
				list.length,
				`${list[0]?.operator}: ${list[0]?.what}`,
			]),
		),
		'',
	].join('\n');
}
