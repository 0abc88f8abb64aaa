import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { confirm, dueItems, ledger, ownUserFolder, single } from '../kit/spine';

let home: ReturnType<typeof ownUserFolder>;

beforeEach(() => {
	home = ownUserFolder();
});

afterEach(async () => await home.remove());

describe('a confirmation without a claim', () => {
	it('stops, and the ledger is told which deliveries came without one', async () => {
		const run = await runWorkflow(single(confirm), { triggerItems: await dueItems(['1', '2']) });
		expect(run.json('Node', 1)).toEqual([]);
		expect(run.json('Node', 0).map(({ releaseGate }) => (releaseGate as { reason: string }).reason)).toEqual([
			'token-missing',
			'token-missing',
		]);
		const books = await ledger();
		const [told, ...more] = await books.events.list({ kinds: ['deliveries.refused'], limit: 10 });
		expect(more).toEqual([]);
		expect(told?.data).toMatchObject({
			operation: 'confirm',
			space: 'live',
			deliveries: [
				['1', 0, 'not-claimed'],
				['2', 0, 'not-claimed'],
			],
		});
	});
});
