import { expect, test } from '@jest/globals';
import { settingsConfigured } from '../../../core/delivery/configured';
import { CONFIGURE_DEFAULTS } from '../../../core/release/prepare/spine';
import { description } from '../../../nodes/Release/operations/spine-configure.operation';

test('reads the defaults that the editor leaves out of a saved node as the node itself has them', () => {
	const plain = (value: unknown): unknown =>
		typeof value === 'object' && value !== null && 'mode' in value && 'value' in value ? value.value : value;
	const shown = Object.fromEntries(description.map(({ name, default: value }) => [name, plain(value)]));
	expect(shown).toMatchObject(CONFIGURE_DEFAULTS);
});

test('gives the settings, and refuses text that is no JSON by the name of its field', () => {
	const given = { spine: ' mail ', every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC' };
	const advanced = { leaseMinutes: 5, window: 'PT2H', provider: '' };
	expect(settingsConfigured({ ...given, testRecipients: '7, 8\n7', advanced })).toMatchObject({
		spine: 'mail',
		cadence: { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC', window: 'PT2H' },
		mode: 'dry-run',
		testRecipients: ['7', '8'],
		leaseMs: 300_000,
	});
	expect(() => settingsConfigured({ ...given, properties: { defaults: '{' } })).toThrow('Defaults');
	expect(() => settingsConfigured({ ...given, every: '' })).toThrow('cadence');
});

const given = { spine: 'mail', every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC' };

/** What the editor saves for a picker, by each of its ways; and plain text, as it was saved before there were pickers. */
const ways = (value: string): readonly unknown[] => [
	value,
	{ __rl: true, mode: 'list', value, cachedResultName: `Label (${value})` },
	{ __rl: true, mode: 'name', value: ` ${value} ` },
];

test.each([0, 1, 2])('reads names that were typed and names that were picked (%i) alike', (way) => {
	const of = (value: string): unknown => ways(value)[way];
	const picked = settingsConfigured({
		...given,
		timeZone: of('Europe/Paris'),
		properties: { status: of('state'), lastDeliveryAt: of('sent_at') },
		advanced: { policy: of('weekly-software-release') },
	});
	expect(picked).toEqual(
		settingsConfigured({
			...given,
			timeZone: 'Europe/Paris',
			properties: { status: 'state', lastDeliveryAt: 'sent_at' },
			advanced: { policy: 'weekly-software-release' },
		}),
	);
	expect(picked.properties).toMatchObject({ status: 'state', lastDeliveryAt: 'sent_at' });
});

test('takes a picker that was added and left empty for one that was not added', () => {
	const empty = { mode: 'list', value: '' };
	expect(
		settingsConfigured({ ...given, properties: { status: empty }, advanced: { policy: empty } }),
	).toEqual(settingsConfigured(given));
});

test('joins the properties that are ticked with those that are typed, and keeps the defaults where there are neither', () => {
	const of = (properties: object) => settingsConfigured({ ...given, properties }).properties;
	expect(of({ also: 'a, b', alsoChosen: ['b', 'c'] }).also).toEqual(['a', 'b', 'c']);
	expect(of({ criticalChosen: ['email', 'topic'] }).critical).toEqual(['email', 'topic']);
	expect(of({ criticalChosen: 'email, topic' }).critical).toEqual(['email', 'topic']);
	expect(of({}).also).toContain('hs_email_optout');
	expect(of({ also: '' }).also).toEqual([]);
});

test('reads durations in words', () => {
	const advanced = { window: '2 hours', minimumGap: 'a day' };
	expect(settingsConfigured({ ...given, every: 'every 2 days', advanced }).cadence).toEqual({
		...given,
		spine: undefined,
		every: 'P2D',
		window: 'PT2H',
		minimumGap: 'P1D',
	});
	expect(() => settingsConfigured({ ...given, every: 'now and then' })).toThrow('every');
});
