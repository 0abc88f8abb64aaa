import type { LeakRow, LeakRun } from '../leaks';
import { grouped } from './words';

const share = (value: number): string => `${(100 * value).toFixed(2)} %`;

/** The sequential test, of failures and of bounces, beside what is possible. */
export function leakPart(run: LeakRun): string {
	const rows = (list: readonly LeakRow[], cells: (row: LeakRow) => readonly string[]): string =>
		list.map((row) => `| ${[grouped(row.slot), grouped(row.look), ...cells(row)].join(' | ')} |`).join('\n');
	const steady = (list: readonly LeakRow[]): string =>
		`| sends a slot | sends a look | sends | rolled back |\n| --- | --- | --- | --- |\n${rows(
			list.filter(({ median }) => median === undefined),
			({ good, early }) => [grouped(good), share(early)],
		)}`;
	const leaking = (list: readonly LeakRow[]): string =>
		`| sends a slot | sends a look | good sends before | median of sends until rolled back | within 150 sends | rolled back before the leak |\n| --- | --- | --- | --- | --- | --- |\n${rows(
			list.filter(({ median }) => median !== undefined),
			({ good, median, within, early }) => [
				grouped(good),
				Number.isFinite(median) ? grouped(median ?? NaN) : 'not within the play',
				share(within ?? NaN),
				share(early),
			],
		)}`;
	const bounds = run.bounds.map(
		({ sends, least, best, median }) =>
			`| ${grouped(sends)} | ${least} | ${best} | ${median} | ${(median / best).toFixed(2)} |`,
	);
	const bounces = run.bounces.map(
		({ metric, p0, p1, rows: played }) =>
			`### ${metric}: acceptable ${share(p0)}, intolerable ${share(p1)}\n\n${steady(played)}\n\n${leaking(played)}\n`,
	);
	return `Plan of the preset quiet-content-delivery: acceptable ${share(run.p0)}, intolerable ${share(run.p1)}, false rollbacks at most
${share(run.alpha)} a release. Each row is played ${grouped(run.runs)} times, send by send, from seed ${run.seed}. The rule expects ${run.cycles + 1} slots
of sends, as the check does under this policy; what comes beyond is watched with what is kept for it.

Releases that fail at the acceptable rate throughout:

${steady(run.rows)}

Releases that fail at the acceptable rate, and at the intolerable one from some send on:

${leaking(run.rows)}

### What is possible

Medians of a leak that begins in the middle of a slot and of the release, with a look at every send and no false rollbacks but
${share(run.alpha)}. *No rule*: the stretches of so many sends share the ${share(run.alpha)}, and the most powerful test of one stretch (Neyman and
Pearson) finds the leak in half of the cases; it would have to know where the stretch begins. *The best*: a CUSUM with a bound
for just this size, the fastest in the worst case among all rules with its rate of false alarms (Moustakides, 1986). *This
rule* also keeps two fifths of its false alarms for leaks that begin with a slot, and some for longer releases.

| sends of the release | no rule below | the best | this rule | ratio to the best |
| --- | --- | --- | --- | --- |
${bounds.join('\n')}

So 150 sends in the median, wherever the leak begins, is out of reach for every rule in releases of more than ${grouped(run.longest)} sends.

### Bounces

The same test asks whether bounces doubled. Twice is a small step: the evidence of one send is a tenth of that above, so it
takes the more sends, the rarer bounces are.

${bounces.join('\n')}`;
}
