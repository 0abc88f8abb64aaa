import { describe, expect, it } from '@jest/globals';
import { overridePolicy, parsePolicy, policyDiff, presetPolicy } from '../../../core/release/policy/override';
import { presets } from '../../../core/release/policy/presets';

describe('policies', () => {
	it.each(Object.keys(presets))('%s is a valid policy whose checks have unique ids', (name) => {
		const policy = presetPolicy(name);
		expect(policyDiff(policy, parsePolicy(JSON.parse(JSON.stringify(policy))))).toEqual([]);
		expect(new Set(policy.checks.map(({ id }) => id)).size).toBe(policy.checks.length);
		const skippable = Object.values(policy.kinds).flatMap(({ maySkip }) => maySkip);
		for (const id of skippable) expect(policy.checks.map((check) => check.id)).toContain(id);
	});

	it('takes an override by id and shows it as a difference, leaving the preset alone', () => {
		const base = presetPolicy('quiet-content-delivery');
		const changed = overridePolicy(base, {
			checks: [{ id: 'dry-run', freshFor: 'PT1H' }],
			pressure: { vendors: ['hubspot'] },
		});
		expect(policyDiff(base, changed)).toEqual([
			{ path: 'checks[dry-run].freshFor', from: '"P1D"', to: '"PT1H"' },
			{ path: 'pressure.vendors', from: '["hubspot","postmark","openai"]', to: '["hubspot"]' },
		]);
		expect(policyDiff(base, presetPolicy('quiet-content-delivery'))).toEqual([]);
	});

	it.each([
		['an unknown field', { tea: 1 }, /tea/],
		[
			'extra sends to make up for a rollback',
			{ rollback: { compensateWithExtraSends: true } },
			/compensateWithExtraSends/,
		],
		['flags that default to on', { rollout: { defaultOff: false } }, /defaultOff/],
		[
			'a check nobody may answer',
			{ checks: [{ id: 'dry-run', answeredBy: { machines: [], roles: [] } }] },
			/may answer/,
		],
		['a duration in words', { drill: { maxDuration: 'five minutes' } }, /ISO 8601/],
	])('refuses %s', (_what, override, message) => {
		expect(() => overridePolicy(presetPolicy('quiet-content-delivery'), override)).toThrow(message);
	});

	it('names the presets when asked for another', () => {
		expect(() => presetPolicy('toString')).toThrow("There is no policy 'toString'");
	});
});
