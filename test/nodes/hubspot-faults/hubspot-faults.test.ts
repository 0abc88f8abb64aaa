import { afterAll, describe, expect, it, jest } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as HubSpot from '../../../adapters/hubspot';
import { gathers, leave } from '../../../testbed/tried';
import { createSpineFixture } from '../../workflows/fixture';
import { canHappen, moments, playFault, type Moment, type SpineBehaviour } from './scenes';

// The adapter's waits pass at once and its time-outs come soon; everything else is the real adapter.
jest.mock('../../../adapters/hubspot', () => {
	const real = jest.requireActual<typeof HubSpot>('../../../adapters/hubspot');
	let passed = 0;
	return {
		...real,
		createHubSpotDirectory: (options: HubSpot.HubSpotOptions) =>
			real.createHubSpotDirectory({
				...options,
				timeoutMs: 400,
				clock: () => Date.now() + passed,
				sleep: (ms) => {
					passed += ms;
					return Promise.resolve();
				},
			}),
	};
});

const file = join(__dirname, 'behaviour.json');
const ids = Array.from({ length: 33 }, (_none, index) => `F${String(index + 1).padStart(2, '0')}`);
const known = existsSync(file)
	? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, SpineBehaviour>)
	: {};
const seen: Record<string, SpineBehaviour> = {};

const realNow = Date.now.bind(Date);
const later = (ms: number): void => {
	jest.spyOn(Date, 'now').mockImplementation(() => realNow() + ms);
};

describe('the spine while HubSpot fails', () => {
	it('keeps back what was frozen before while HubSpot answers nothing, since nobody knows who was merged; then sends it', async () => {
		const fixture = await createSpineFixture(12);
		try {
			await fixture.configure();
			const eligible = fixture.standIns.story?.eligible ?? [];
			const killed = {
				type: 'n8n-nodes-base.stopAndError',
				typeVersion: 1,
				parameters: { errorMessage: 'killed' },
				onError: undefined,
			};
			const spine = 'content-delivery-spine.json';
			const startNode = 'Check Every 15 Minutes';
			await fixture.runTemplate(spine, { startNode, nodeOverrides: { 'Generate Text': killed } });
			fixture.standIns.hubspot.admin.fault('F06', { times: Infinity });
			later(20 * 60_000);
			const run = await fixture.runTemplate(spine, { startNode });
			expect(run.error).toBeUndefined();
			expect(fixture.standIns.postmark.admin.received()).toEqual([]);
			fixture.standIns.hubspot.admin.clearFaults();
			expect((await fixture.runTemplate(spine, { startNode })).error).toBeUndefined();
			expect(fixture.standIns.postmark.admin.received()).toHaveLength(eligible.length);
		} finally {
			jest.restoreAllMocks();
			await fixture.close();
		}
	}, 60_000);

	afterAll(() => {
		leave('behaviour.json', `${JSON.stringify(seen, null, '\t')}\n`);
	});

	it.each(ids)(
		'%s: nobody is served twice, nothing is lost, and nothing advances without a send',
		async (id) => {
			const words: Partial<Record<Moment, string | null>> = {};
			for (const moment of Object.keys(moments) as Moment[]) {
				if (!canHappen(id, moment)) {
					words[moment] = null;
					continue;
				}
				const played = await playFault(id, moment, later);
				jest.restoreAllMocks();
				expect({ [moment]: played.broken }).toEqual({ [moment]: [] });
				words[moment] = played.words;
			}
			seen[id] = words as SpineBehaviour;
			if (!gathers) expect(words).toEqual(known[id]);
		},
		60_000,
	);
});
