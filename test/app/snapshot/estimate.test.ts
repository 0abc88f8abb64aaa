import { expect, it } from '@jest/globals';
import { estimateCapture } from '../../../app/snapshot/estimate';
import { kinds } from '../../../app/snapshot/kinds';
import type { CaptureScope } from '../../../core/snapshot/documents';

const scope: CaptureScope = {
	properties: ['a', 'b'],
	definitions: true,
	workflows: ['w-1', 'w-2'],
	spine: 's',
};

it('sums what every kind says of a capture', () => {
	expect(estimateCapture({ scope, contacts: 1001, searched: true }, 10)).toEqual({
		contacts: 1001,
		// 21 reads with history, 6 searches, 3 reads of definitions and groups, 2 workflows.
		calls: 21 + 6 + 3 + 2,
		// 24 paced calls, 10 at once and 10 more after each 10 seconds.
		atLeastMs: 20_000,
		bytes: 1001 * 2 * 40,
	});
	const nothing: CaptureScope = { properties: [], definitions: false, workflows: [], spine: null };
	expect(estimateCapture({ scope: nothing, contacts: 0, searched: false }, 10)).toEqual({
		contacts: 0,
		calls: 0,
		atLeastMs: 0,
		bytes: 0,
	});
});

it('asks each kind once, and a kind without calls costs nothing', () => {
	const planned = { scope, contacts: 100, searched: false };
	expect(Object.fromEntries(kinds.map((kind) => [kind.name, kind.cost(planned)]))).toMatchObject({
		flags: { paced: 0, others: 0, bytes: 0 },
		workflows: { paced: 0, others: 2, bytes: 0 },
		definitions: { paced: 3, others: 0, bytes: 0 },
		values: { paced: 2, others: 0, bytes: 8000 },
	});
});
