import { median } from 'simple-statistics';
import { shown } from '../harness/rounds';
import type { Measurement, Table } from '../harness/types';
import { type Kind, type SpineRun, spineRuns } from '../n8n/spine-runs';

/** The nodes of the template that are ours, in their order. */
const ourNodes = [
	'Get Due Deliveries',
	'Route Deliveries',
	'Claim Delivery',
	'Confirm Before Send',
	'Commit Delivery',
];

const of = (runs: readonly SpineRun[], kind: Kind): readonly SpineRun[] =>
	runs.filter((run) => run.kind === kind);
const wall = (runs: readonly SpineRun[], kind: Kind): number => median(of(runs, kind).map((run) => run.wall));
const seconds = (ms: number): string => shown(ms / 1000);

/** The shipped spine against the same spine without our nodes. */
export const spine: Measurement = {
	name: 'spine',
	title: 'The spine against the same spine without our nodes',
	run: async (options) => {
		const { contacts, runs } = await spineRuns(options);
		return {
			tables: [whole(runs), parts(runs, contacts)],
			goals: [
				{
					what: `The spine over ${contacts.toLocaleString('en')} contacts against the bare one`,
					measured: wall(runs, 'ours') / wall(runs, 'bare'),
					bound: { most: 1.05 },
					unit: 'x',
				},
			],
			notes: [
				'n8n 2.40 with its default expression engine, restarted before each run; stand-ins for HubSpot, Postmark and the generator on the same machine, without limits and delays. SQLite ledger.',
				'The bare spine reads contacts by search and writes them back in batches from two Code nodes, and has the texts, check and send of the template. Nothing in it knows what was sent before. Both keep to HubSpot’s five searches a second, as a real account makes them.',
				'The pauses between batches of requests, 0.5 s per 20 texts and 0.25 s per 20 emails in the template, are taken out of both: with them the share of our nodes is smaller.',
				'The execution saves its data, as n8n does by default.',
			],
		};
	},
};

const whole = (runs: readonly SpineRun[]): Table => ({
	title: 'Whole runs',
	columns: ['spine', 's, median', 's, each run'],
	rows: (['ours', 'bare'] as const).map((kind) => [
		kind === 'ours' ? 'the template' : 'without our nodes',
		seconds(wall(runs, kind)),
		of(runs, kind)
			.map((run) => seconds(run.wall))
			.join(', '),
	]),
});

function parts(runs: readonly SpineRun[], contacts: number): Table {
	const ours = of(runs, 'ours');
	const names = Object.keys(ours[0]?.nodes ?? {});
	return {
		title: 'Where the time of the template goes',
		columns: ['node', 's', 'µs a delivery', 'ours'],
		rows: names.map((name) => {
			const ms = median(ours.map((run) => run.nodes[name] ?? 0));
			return [name, seconds(ms), shown((ms * 1000) / contacts), ourNodes.includes(name) ? 'yes' : ''];
		}),
	};
}
