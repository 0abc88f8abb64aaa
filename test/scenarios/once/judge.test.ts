import { describe, expect, it } from '@jest/globals';
import { judge } from '../../../scenarios/once/judge';

describe('the judge of a killed webhook', () => {
	const fine = { effects: 1, state: 'done', told: false, reached: true };

	it.each([
		['done once', fine],
		['in doubt and told, done or not', { ...fine, state: 'in-doubt', told: true }],
		['in doubt and told, not done', { effects: 0, state: 'in-doubt', told: true, reached: true }],
	])('has nothing to say of what is %s', (_what, seen) => {
		expect(judge(seen)).toEqual([]);
	});

	it.each([
		['done twice', { ...fine, effects: 2 }, 'done 2 times'],
		[
			'done twice though in doubt',
			{ effects: 2, state: 'in-doubt', told: true, reached: true },
			'done 2 times',
		],
		['done in the books alone', { ...fine, effects: 0 }, 'called done, and nobody did it'],
		['in doubt in silence', { ...fine, state: 'in-doubt' }, 'in doubt, and nobody was told'],
		['free again', { ...fine, state: 'free' }, 'left free'],
		['never struck', { ...fine, reached: false }, 'the point was never reached'],
	])('objects to what is %s', (_what, seen, sentence) => {
		expect(judge(seen)).toEqual([sentence]);
	});
});
