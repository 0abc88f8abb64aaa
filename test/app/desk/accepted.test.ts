import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deskHtml, gatherDesk } from '../../../app/desk';
import type { Ledger } from '../../../app/ledger/api';
import { metricsText } from '../../../core/desk/metrics';
import {
	type LedgerHouse,
	registrationOf,
	slotOpens,
	stores,
	testSettings,
} from '../../../testbed/databases/ledgers';

const links = { forms: { release: null, approve: null, rollBack: null, act: null }, report: null, self: '' };

describe.each(stores)('what a person accepted against the history, on %s', (_name, open) => {
	const clock = { at: slotOpens };
	let house: LedgerHouse;
	let ledger: Ledger;

	beforeEach(async () => {
		house = await open(clock);
		ledger = await house.open();
		await ledger.spines.configure(testSettings('news'), 'test');
	});
	afterEach(() => house.close());

	it('stands on the desk with who and why, for good, and without an address', async () => {
		const gather = async () => await gatherDesk({ ledger, now: () => clock.at, workflows: null });
		const before = await gather();
		expect(deskHtml(before, links)).not.toContain('Accepted against the history');
		expect(metricsText(before)).toContain('release_gate_accepted_records 0');
		await ledger.deliveries.register(
			['ada@example.com', 'r-2'].map((recipient) => registrationOf('news', recipient, 0)),
		);
		await ledger.events.seal();
		await house.tamper(`UPDATE deliveries SET state = 'held'`);
		await ledger.events.accept({
			by: { person: 'lea@example.com' },
			reason: 'compared with the backup of bob@example.com',
		});
		const desk = await gather();
		const page = deskHtml(desk, links).replace(/\s+/g, ' ');
		const part = /<h2 id="accepted">Accepted against the history<\/h2>.*?<\/section>/.exec(page)?.[0] ?? '';
		expect(part).toContain('by le…@…: compared with the backup of bo…@…');
		expect(part).toContain('delivery of r-2 in slot 2026-11-20');
		expect(part).toContain('delivery of ad…@…');
		expect(page).not.toContain('@example.com');
		expect(metricsText(desk)).toContain('release_gate_accepted_records 2');
	});
});
