import type { Goal, Measurement } from '../harness/types';
import { spineRuns } from '../n8n/spine-runs';

/** What HubSpot's limits leave as the least: pages of 200 in a search, 100 records in a batch. */
const least: readonly (readonly [call: string, what: string, size: number])[] = [
	['search', 'find who is due, ids only', 200],
	['batch/read', 'read them', 100],
	['batch/update', 'write them back', 100],
];

/** Calls to HubSpot in a run over all contacts, against the least that is possible. */
export const calls: Measurement = {
	name: 'calls',
	title: 'Calls to HubSpot against the minimum',
	run: async (options) => {
		const { contacts, runs } = await spineRuns(options);
		const run = runs.find(({ kind }) => kind === 'ours');
		const counted = run?.calls ?? {};
		const goals = least
			.filter(([, , size]) => size === 100)
			.map(([call, what, size]): Goal => ({
				what: `Calls to ${what} (${call}), ${contacts.toLocaleString('en')} contacts`,
				measured: counted[call] ?? 0,
				bound: { most: Math.ceil(contacts / size) },
				unit: '',
			}));
		const others = Object.keys(counted).filter((call) => !least.some(([name]) => name === call));
		return {
			tables: [
				{
					title: '',
					columns: ['call', 'made', 'least possible'],
					rows: [
						...least.map(([call, what, size]) => [
							`${call}: ${what}`,
							String(counted[call] ?? 0),
							String(Math.ceil(contacts / size)),
						]),
						...others.map((call) => [call, String(counted[call]), '']),
					],
				},
			],
			goals,
			notes: [
				`Counted by the HubSpot stand-in in one run of the template over ${contacts.toLocaleString('en')} contacts, all of them due.`,
				'The search reads by keyset, so that more than 10,000 contacts can be found; a last page that is full costs one more call, which finds nothing. It gives ids only; the batch read is the authority, since the search index lags.',
			],
		};
	},
};
