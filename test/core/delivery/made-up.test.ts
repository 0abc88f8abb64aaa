import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defaultProperties } from '../../../core/delivery/eligibility';
import { inputToRehearse } from '../../../core/delivery/made-up';
import type { JsonObject } from '../../../core/delivery/types';
import { testSettings } from '../../../testbed/databases/ledgers';

const mapping = {
	...defaultProperties,
	defaults: { tone: 'friendly' },
	also: ['firstname', 'topic', 'tone'],
};
const real = {
	id: '150829384756',
	properties: {
		cc_delivery_status: 'active',
		cc_next_eligible_send_at: '2026-11-20T09:00:00Z',
		cc_last_delivery_at: '2026-11-18T09:01:00Z',
		cc_delivery_count: '17',
		cc_last_asset_id: 'asset-16',
		email: 'anna.lindqvist@example.test',
		firstname: 'Anna',
		lastname: 'Lindqvist',
		topic: 'divorce law in Uppsala',
		tone: 'friendly',
		phone: '+46 18 471 00 00',
		annualrevenue: '-120450.50',
		birthday: '1978-04-09',
		website: 'https://lindqvist.example.test/about',
		hs_email_optout: 'false',
		empty: null,
	},
};
const rehearsed = (
	input: JsonObject,
	keep: readonly string[] = [],
	testRecipients: readonly string[] = [],
): JsonObject =>
	inputToRehearse(
		input,
		{ settings: { ...testSettings('s', { testRecipients }), properties: mapping } },
		{ keep },
	);
const propertiesOf = (input: JsonObject): Record<string, string | null> =>
	input['properties'] as Record<string, string | null>;

describe('a made-up profile', () => {
	const made = rehearsed(real);

	test('has nothing that names the person, and all that the spine reads', () => {
		expect(made['id']).toBe(real.id);
		const { email, firstname, lastname, topic, phone, annualrevenue, birthday, website, ...own } =
			propertiesOf(made);
		expect(own).toEqual({
			cc_delivery_status: 'active',
			cc_next_eligible_send_at: '2026-11-20T09:00:00Z',
			cc_last_delivery_at: '2026-11-18T09:01:00Z',
			cc_delivery_count: '17',
			cc_last_asset_id: 'asset-16',
			tone: 'friendly',
			hs_email_optout: 'false',
			empty: null,
		});
		expect(email).toMatch(/^reader-\d{5}@example\.com$/);
		expect(firstname).toMatch(/^[A-Z][a-z]+$/);
		expect(topic).toMatch(/^sample topic \d+$/);
		expect(annualrevenue).toMatch(/^-[1-9]\d{5}\.\d\d$/);
		expect(birthday).toBe('2001-02-03');
		expect(website).toBe('https://example.com/');
		for (const [property, value] of Object.entries({ email, lastname, topic, phone, annualrevenue }))
			expect([property, value]).not.toEqual([property, real.properties[property as 'email']]);
		expect(JSON.stringify(made)).not.toMatch(/anna|lindqvist|uppsala|471 00 00/i);
	});

	test('is the same each time, and keeps what it is told to', () => {
		expect(rehearsed(real)).toEqual(made);
		expect(propertiesOf(rehearsed(real, ['topic']))['topic']).toBe(real.properties.topic);
		expect(rehearsed({ id: '1' })).toEqual({ id: '1' });
	});

	test('leaves nothing real in an input of any shape, as spines without Due Deliveries freeze it', () => {
		const item = {
			id: 7,
			email: real.properties.email,
			tags: ['Lindqvist', { note: 'divorce law in Uppsala' }],
			person: { firstname: 'Anna', born: 19780409, isCustomer: true },
		};
		const there = rehearsed(item);
		expect(there).toMatchObject({ id: 7, person: { isCustomer: true } });
		expect(JSON.stringify(there)).not.toMatch(/anna|lindqvist|uppsala|19780409/i);
		expect(rehearsed(item, [], ['7'])).toEqual(item);
	});

	test('says nothing of any text: another text of the same recipient and property gives the same', () => {
		const word = fc
			.stringMatching(/^[a-z]{2,12}( [a-z]{2,12}){0,3}$/)
			.filter((text) => !/^(yes|no|true|false)$/.test(text));
		fc.assert(
			fc.property(word, word, fc.constantFrom('topic', 'firstname', 'lastname', 'company'), (a, b, name) => {
				const of = (value: string) => rehearsed({ id: '7', properties: { [name]: value } });
				expect(of(a)).toEqual(of(b));
			}),
		);
	});
});
