import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callsOf, fitsAlone } from '../../../core/delivery/calls';

const messages = fc.array(fc.string({ maxLength: 40, unit: 'grapheme' }), { maxLength: 60 });
const limits = fc.record({
	messages: fc.integer({ min: 1, max: 9 }),
	bytes: fc.integer({ min: 4, max: 200 }),
});
const sizeOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('messages in calls', () => {
	it('makes JSON lists within the limits, in order, without loss, and no more of them than a reader would', () => {
		fc.assert(
			fc.property(messages, limits, (all, limit) => {
				const sizes = all.map(sizeOf);
				const calls = callsOf(sizes, limit);
				for (const call of calls) {
					expect(call.length).toBeLessThanOrEqual(limit.messages);
					expect(sizeOf(call.map((at) => all[at]))).toBeLessThanOrEqual(limit.bytes);
				}
				const fitting = sizes.flatMap((size, at) => (fitsAlone(size, limit) ? [at] : []));
				expect(calls.flat()).toEqual(fitting);
				// Nothing of a call would have fitted into the one before.
				calls.slice(1).forEach((call, at) => {
					const before = [...(calls[at] ?? []), call[0]].map((index) => all[index]);
					expect(before.length > limit.messages || sizeOf(before) > limit.bytes).toBe(true);
				});
			}),
		);
	});

	it('leaves out what no call can take', () => {
		expect(callsOf([10, 99, 10], { messages: 9, bytes: 100 })).toEqual([[0, 2]]);
		expect(callsOf([10, 98, 10], { messages: 9, bytes: 100 })).toEqual([[0], [1], [2]]);
	});
});
