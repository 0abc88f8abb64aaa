import { expect, test } from '@jest/globals';
import { settingsConfigured } from '../../../core/delivery/configured';
import { CONFIGURE_DEFAULTS } from '../../../core/release/prepare/spine';
import { description } from '../../../nodes/Release/operations/spine-configure.operation';

test('reads the defaults that the editor leaves out of a saved node as the node itself has them', () => {
	const shown = Object.fromEntries(description.map(({ name, default: value }) => [name, value]));
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
