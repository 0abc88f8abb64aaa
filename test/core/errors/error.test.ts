import { describe, expect, it } from '@jest/globals';
import { catalogue, gateError } from '../../../core/errors';

describe('a message of the catalogue', () => {
	it('counts one thing as one, and more as more', () => {
		const of = (count: number) =>
			gateError('manifest-unreadable', { count, problems: 'id: missing' }).message;
		expect(of(1)).toBe('The manifest has 1 problem: id: missing');
		expect(of(2)).toBe('The manifest has 2 problems: id: missing');
	});

	it('never counts a plural by hand', () => {
		const counted = Object.entries(catalogue).filter(([, { message }]) => /\{count\} \w+s\b/.test(message));
		expect(counted.map(([code]) => code)).toEqual([]);
	});

	it('leaves a placeholder that nobody filled, so that it is seen', () => {
		expect(gateError('manifest-unreadable').message).toContain('{count problem}');
	});
});
