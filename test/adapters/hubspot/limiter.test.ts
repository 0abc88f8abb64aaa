import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bucketsFor, RateBucket } from '../../../adapters/hubspot/limiter';

describe('the rate bucket', () => {
	it('never lets more than its limit start in any window, and keeps the order', () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 20 }),
				fc.integer({ min: 1, max: 2000 }),
				fc.array(fc.record({ gap: fc.integer({ min: 0, max: 700 }), hold: fc.option(fc.nat(3000)) }), {
					maxLength: 120,
				}),
				(most, windowMs, asks) => {
					const bucket = new RateBucket(most, windowMs);
					const starts: number[] = [];
					let now = 1_000_000;
					let heldUntil = 0;
					for (const { gap, hold } of asks) {
						now += gap;
						if (hold !== null) bucket.hold((heldUntil = Math.max(heldUntil, now + hold)));
						const at = bucket.reserve(now);
						expect(at).toBeGreaterThanOrEqual(Math.max(now, heldUntil, starts.at(-1) ?? 0));
						starts.push(at);
						const first = starts[starts.length - 1 - most];
						if (first !== undefined) expect(at - first).toBeGreaterThanOrEqual(windowMs);
					}
				},
			),
		);
	});

	it('does not make a caller wait who is within the limit', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 50 }), (most) => {
				const bucket = new RateBucket(most, 1000);
				for (let call = 0; call < most; call += 1) expect(bucket.reserve(5000)).toBe(5000);
				expect(bucket.reserve(5000)).toBe(6000);
			}),
		);
	});

	it('is shared by all who use one token at one address, and by nobody else', () => {
		const one = bucketsFor('https://one.example', 'token', 100, 5);
		expect(bucketsFor('https://one.example', 'token', 100, 5)).toBe(one);
		expect(bucketsFor('https://one.example', 'other', 100, 5)).not.toBe(one);
		expect(bucketsFor('https://two.example', 'token', 100, 5)).not.toBe(one);
		expect(bucketsFor('https://one.example', 'token', 50, 5)).not.toBe(one);
	});
});
