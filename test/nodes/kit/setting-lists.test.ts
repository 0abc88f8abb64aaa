import { describe, expect, it } from '@jest/globals';
import type { INodeParameters } from 'n8n-workflow';
import { presets } from '../../../core/release/policy/presets';
import { settingOptions, settingSearches, SHOWN } from '../../../nodes/kit/setting-lists';
import { asking } from './lists';

const { searchTimeZones, searchPolicies } = settingSearches;

const zones = async (filter?: string) =>
	(await searchTimeZones.call(asking({ type: 'release' }), filter)).results.map(({ value }) => value);

describe('the list of time zones', () => {
	it('has every zone, and UTC', async () => {
		expect(await zones()).toEqual([
			'UTC',
			...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC'),
		]);
	});

	it.each([
		['new york', 'America/New_York'],
		['PARIS', 'Europe/Paris'],
		['eastern', 'America/New_York'],
		['utc', 'UTC'],
	])('finds %s', async (words, zone) => expect((await zones(words))[0]).toBe(zone));

	it('is empty where nothing is called so', async () => expect(await zones('atlantis')).toEqual([]));
});

it('the list of policies has those that ship, by their titles', async () => {
	const { results } = await searchPolicies.call(asking({ type: 'release' }));
	expect(results.map(({ value }) => value)).toEqual(Object.keys(presets));
	const weekly = await searchPolicies.call(asking({ type: 'release' }), 'WEEKLY');
	expect(weekly.results).toEqual([
		{ name: 'Weekly software release (weekly-software-release)', value: 'weekly-software-release' },
	]);
});

const preview = async (parameters: INodeParameters) =>
	await settingOptions.getNextSlots.call(asking({ type: 'release', parameters }));

describe('the preview of a rhythm', () => {
	const rhythm = { every: '2 days', anchor: '2026-11-02T09:00', timeZone: 'America/New_York' };

	it('names the next slots in the time of the zone, and the rhythm in words', async () => {
		const [shown, ...others] = await preview(rhythm);
		expect(others).toEqual([]);
		expect(shown?.value).toBe(SHOWN);
		expect(shown?.name).toMatch(/^(?:\w{3} \d{1,2} \w{3} 09:00(?: · |$)){3}$/);
		expect(shown?.description).toBe('Every 2 days, New York time');
	});

	it('follows each of its parameters, by whatever way they are given', async () => {
		const of = async (changes: INodeParameters) => (await preview({ ...rhythm, ...changes }))[0];
		expect((await of({ anchor: '2026-11-02T17:30' }))?.name).toContain('17:30');
		expect((await of({ every: 'PT6H' }))?.description).toBe('Every 6 hours, New York time');
		const picked = { __rl: true, mode: 'list', value: 'Europe/Paris' };
		expect((await of({ timeZone: picked }))?.description).toBe('Every 2 days, Paris time');
	});

	it('says what is missing or wrong instead, with its remedy', async () => {
		const of = async (changes: INodeParameters) => (await preview({ ...rhythm, ...changes }))[0];
		expect((await of({ anchor: '' }))?.name).toBe('Choose an anchor first');
		expect((await of({ anchor: '={{ $json.anchor }}' }))?.name).toBe('Known once Anchor has a value');
		for (const changes of [
			{ every: 'now and then' },
			{ timeZone: 'Atlantis' },
			{ anchor: 'soon' },
			{ advanced: { window: '3 days' } },
		]) {
			const told = await of(changes);
			expect(told?.name).not.toContain('·');
			expect(told?.description).toBeTruthy();
		}
	});
});
