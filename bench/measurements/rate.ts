import { type LoadSeen, openHubSpotLoad } from '../../testbed/hubspot-load';
import { shown } from '../harness/rounds';
import type { Measurement } from '../harness/types';

const processes = 4;

/** Four processes at HubSpot's limits: one budget in the Postgres ledger, and each process for itself. */
export const rate: Measurement = {
	name: 'rate',
	title: 'One HubSpot account under four processes',
	run: async ({ quick, rounds = 3, say }) => {
		const seconds = quick ? 12 : 60;
		const load = await openHubSpotLoad();
		try {
			const shared: LoadSeen[] = [];
			for (let round = 0; round < (quick ? 1 : rounds); round += 1) {
				const seen = await load.play(processes, seconds, 'shared');
				say(
					`429s ${percent(seen.throttled)}, calls ${percent(seen.calls)}, searches ${percent(seen.searches)}`,
				);
				shared.push(seen);
			}
			const apart = await load.play(processes, seconds, 'each its own');
			const rows = [
				...shared.map((seen) => ['one budget in the ledger', seen] as const),
				['each process for itself', apart] as const,
			];
			const all = (of: (seen: LoadSeen) => number): readonly number[] => shared.map(of);
			return {
				tables: [
					{
						title: `${processes} processes, ${seconds} s each`,
						columns: ['budget', 'refused with 429', 'calls, of the limit', 'searches, of the limit'],
						rows: rows.map(([name, { throttled, calls, searches }]) => [
							name,
							percent(throttled),
							percent(calls),
							percent(searches),
						]),
					},
				],
				goals: [
					{
						what: 'One budget: calls refused with 429, the worst round',
						measured: 100 * Math.max(...all(({ throttled }) => throttled)),
						bound: { most: 1 },
						unit: ' %',
					},
					{
						what: 'One budget: calls let through, of the limit, the worst round',
						measured: 100 * Math.min(...all(({ calls }) => calls)),
						bound: { least: 90 },
						unit: ' %',
					},
					{
						what: 'One budget: searches let through, of the limit, the worst round',
						measured: 100 * Math.min(...all(({ searches }) => searches)),
						bound: { least: 90 },
						unit: ' %',
					},
				],
				notes: [
					"Each process keeps three readers and two searchers going, against a stand-in with HubSpot's real limits: 100 calls in 10 seconds, 5 searches a second.",
					'Calls and searches are those that were not refused, over whole windows of their limits.',
				],
			};
		} finally {
			await load.close();
		}
	},
};

const percent = (share: number): string => `${shown(share * 100)} %`;
