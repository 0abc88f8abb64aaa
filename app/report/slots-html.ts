import { html, trusted, type Html } from '../../core/page/html';
import { table } from '../../core/page/page';
import { percent, spell } from '../../core/stability/findings/finding';
import type { SlotCounts } from '../../core/stability/observation';
import { nearest, type Phase, phasesOf } from '../../core/stability/phases';
import { histogram, type ReleaseReport } from './model';
import { text } from './parts';
import type { Plotter } from './plots';

/** Slots that the picture shows of a release that has not shipped, and of each phase of one that has. */
const SHOWN = 16;
const OF_PHASE = 8;

const names: Readonly<Record<Phase['name'], string>> = {
	before: 'Before the release',
	with: 'With it',
	after: 'After it went back',
};

/** What stands between two phases on the axis of the picture. */
const dividers: Readonly<Record<Phase['name'], string>> = { before: '', with: 'release', after: 'back' };

/** A slot, or what stands between two phases. */
type Column = { readonly slot: SlotCounts } | { readonly divider: string };

/** The slots around the moments at which the release shipped and went back, with what separates them. */
const columnsOf = (phases: readonly Phase[]): readonly Column[] =>
	phases.flatMap((phase, at) => [
		...(at === 0 ? [] : [{ divider: dividers[phase.name] }]),
		...nearest(phase, phases.length === 1 ? SHOWN : OF_PHASE).map((slot) => ({ slot })),
	]);

/** Each phase in figures, since colours and heights say less. */
function figures(phases: readonly Phase[]): Html[] {
	if (phases.length < 2) return [];
	const rows = phases.map(({ name, slots, owed, sent, onTime, failed, inDoubt, held, unwelcome }) =>
		[
			names[name],
			String(slots.length),
			`${sent} of ${owed} (${percent(sent, owed)})`,
			percent(onTime, sent),
			String(failed),
			String(inDoubt),
			String(held),
			percent(unwelcome, sent),
		].map(text),
	);
	const columns = ['Time', 'Slots', 'Sent', 'In time', 'Failed or missed', 'In doubt', 'Held', 'Unwelcome'];
	return [table(columns, rows, '')];
}

function picture(phases: readonly Phase[], plotter: Plotter): Html {
	const columns = columnsOf(phases);
	const of = (count: (slot: SlotCounts) => number): number[] =>
		columns.map((column) => ('slot' in column ? count(column.slot) : 0));
	return trusted(
		plotter.bars({
			description: 'Deliveries per slot by how they ended, before the release and with it',
			categories: columns.map((column) => ('slot' in column ? column.slot.slot.slice(5) : '')),
			dividers: columns.flatMap((column, category) =>
				'divider' in column ? [{ category, label: column.divider }] : [],
			),
			series: [
				{ name: 'sent', tone: 'good', values: of(({ committed }) => committed) },
				{ name: 'open', tone: 'plain', values: of(({ open, held }) => open + held) },
				{ name: 'in doubt', tone: 'warn', values: of(({ inDoubt }) => inDoubt) },
				{
					name: 'failed or missed',
					tone: 'bad',
					values: of(({ failedForGood, missed }) => failedForGood + missed),
				},
			],
			unit: 'deliveries',
		}),
	);
}

/** The slots before the release and with it, as a picture and in figures; and the rhythm. */
export function slotsHtml(report: ReleaseReport, plotter: Plotter): Html[] {
	const { slots, intervals, intervalMs, release, restore } = report;
	if (slots.length === 0) return [];
	const phases = phasesOf(slots, release.body.shippedAt, restore?.finishedAt ?? null);
	const chart = (title: string, body: readonly Html[]): Html =>
		html`<div class="card" role="img" aria-label="${title}">
			<h3>${title}</h3>
			${body}
		</div>`;
	return [
		html`<div class="grid">
			${[
				chart('Deliveries per slot', [picture(phases, plotter)]),
				chart('Time between deliveries', rhythm(intervals, intervalMs, plotter)),
			]}
		</div>`,
		...figures(phases),
	];
}

function rhythm(intervals: readonly number[], intervalMs: number | null, plotter: Plotter): Html[] {
	if (intervals.length === 0 || intervalMs === null)
		return [html`<p class="soft">No two sends to one recipient yet.</p>`];
	const bins = histogram(intervals, intervalMs);
	const bars = plotter.bars({
		description: 'Time between two sends to one recipient',
		categories: bins.map(({ from, to }) =>
			Number.isFinite(to) ? spell((from + to) / 2) : `over ${spell(from)}`,
		),
		series: [{ name: 'intervals', tone: 'plain', values: bins.map(({ count }) => count) }],
		unit: 'intervals',
	});
	return [
		trusted(bars),
		html`<p class="soft">
			The cadence asks for ${spell(intervalMs)}; ${intervals.length} intervals of the newest slots.
		</p>`,
	];
}
