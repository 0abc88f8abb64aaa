import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { failureOf, isReadable, refusedValues, retryAfterHeader } from '../../../adapters/hubspot/answer';
import { hubSpotError } from '../../../adapters/hubspot/failure';
import { sameValue } from '../../../adapters/hubspot/write';

const secret = 'ada.abel@example.com';

describe('answers that are no success', () => {
	it('are read whatever they hold, and never let a value through', () => {
		const text = fc.oneof(
			fc.string(),
			fc.json(),
			fc
				.record({
					message: fc.oneof(
						fc.constant(`${secret} is wrong`),
						fc.constant(
							`Property values were not valid: [{"message":"${secret}","name":"email","error":"X"}]`,
						),
						fc.constant(`Property values were not valid: [{"name":"${secret}"}]`),
					),
					category: fc.oneof(fc.constant(secret), fc.constant('VALIDATION_ERROR'), fc.jsonValue()),
					policyName: fc.oneof(fc.constant(secret), fc.jsonValue()),
					correlationId: fc.oneof(fc.constant(secret), fc.uuid()),
					context: fc.oneof(fc.jsonValue(), fc.record({ ids: fc.constant([secret]) })),
					errors: fc.oneof(fc.jsonValue(), fc.constant([{ context: { requiredGranularScopes: [secret] } }])),
				})
				.map((body) => JSON.stringify(body)),
		);
		fc.assert(
			fc.property(fc.integer({ min: 300, max: 599 }), text, fc.string(), (status, body, retryAfter) => {
				const error = hubSpotError(failureOf(status, { 'retry-after': retryAfter }, body, 0), 'contact 1');
				expect(error.message).not.toMatch(/\{\w+\}/);
				expect(JSON.stringify([error.message, error.remedy, error.context])).not.toContain(secret);
			}),
			{ numRuns: 500 },
		);
	});

	it('give the seconds or the date of Retry-After, at most a day', () => {
		const now = Date.parse('2026-11-21T00:00:00Z');
		expect(retryAfterHeader({ 'retry-after': '7' }, now)).toBe(7000);
		expect(retryAfterHeader({ 'retry-after': 'Sat, 21 Nov 2026 00:01:00 GMT' }, now)).toBe(60_000);
		expect(retryAfterHeader({ 'retry-after': '99999999' }, now)).toBe(86_400_000);
		expect(retryAfterHeader({ 'retry-after': 'soon' }, now)).toBeNull();
		expect(retryAfterHeader({}, now)).toBeNull();
	});

	it('name the properties that were refused', () => {
		const message = `Property values were not valid: [{"isValid":false,"message":"x","error":"INVALID_DATE","name":"due"}]`;
		expect(refusedValues(message)).toEqual([{ property: 'due', reason: 'INVALID_DATE' }]);
		expect(refusedValues('Property values were not valid: [{broken')).toEqual([]);
	});
});

describe('a success', () => {
	it('is JSON that looks whole, or nothing at all', () => {
		const json = { 'content-type': 'application/json; charset=utf-8' };
		expect(isReadable(200, json, '{"results":[]}')).toBe(true);
		expect(isReadable(204, {}, '')).toBe(true);
		expect(isReadable(200, json, '{"results":[')).toBe(false);
		expect(isReadable(200, json, '')).toBe(false);
		expect(isReadable(200, { 'content-type': 'text/html' }, '<html></html>')).toBe(false);
	});
});

describe('comparing what was written with what is there', () => {
	it.each([
		['2026-11-21T09:00:00Z', '2026-11-21T09:00:00.000Z', true],
		[String(Date.parse('2026-11-21T09:00:00Z')), '2026-11-21T09:00:00.000Z', true],
		['07', '7', true],
		['Ada@Example.com', 'ada@example.com', true],
		['', null, true],
		['asset-1', 'asset-2', false],
		['asset-1', null, false],
		['', 'asset-1', false],
	])('%s and %s: %s', (written, read, same) => {
		expect(sameValue(written, read)).toBe(same);
	});
});
