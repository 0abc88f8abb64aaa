import { describe, expect, it } from '@jest/globals';
import { Duration } from 'luxon';
import fc from 'fast-check';
import { durationInWords, wordsOfDuration } from '../../../core/delivery/cadence/words';

describe('a duration in words', () => {
	it.each([
		['2 days', 'P2D'],
		['Every 2 days', 'P2D'],
		['every two  weeks', 'P2W'],
		['every other week', 'P2W'],
		['each month', 'P1M'],
		['a day', 'P1D'],
		['an hour', 'PT1H'],
		['90 min', 'PT90M'],
		['twelve hours', 'PT12H'],
		['daily', 'P1D'],
		['fortnightly', 'P2W'],
	])('%s is %s', (words, iso) => expect(durationInWords(words)).toBe(iso));

	it.each(['P2D', 'PT6H', '', '2', 'days of thunder', '0 days', 'several days', '1.5 hours', '-1 day'])(
		'%j is handed back as it came',
		(text) => expect(durationInWords(text)).toBe(text),
	);

	it.each([
		['P2D', '2 days'],
		['P1M', '1 month'],
		['PT1H30M', '1 hour 30 minutes'],
		['P1DT12H', '1 day 12 hours'],
		['no duration', 'no duration'],
		['P', 'P'],
	])('%s reads %s', (iso, words) => expect(wordsOfDuration(iso)).toBe(words));

	it('says the same in both directions', () => {
		const count = fc.integer({ min: 1, max: 9999 });
		const unit = fc.constantFrom('minutes', 'hours', 'days', 'weeks', 'months');
		fc.assert(
			fc.property(count, unit, (many, of) => {
				const iso = durationInWords(`${many} ${of}`);
				expect(Duration.fromISO(iso).toMillis()).toBe(Duration.fromObject({ [of]: many }).toMillis());
				expect(durationInWords(wordsOfDuration(iso))).toBe(iso);
			}),
		);
	});
});
