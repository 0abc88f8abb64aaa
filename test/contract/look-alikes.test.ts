import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canonicalPart } from '../../core/delivery/canonical';
import type { Ledger } from '../../app/ledger/api';
import {
	type LedgerHouse,
	refOf,
	registrationOf,
	slotOpens,
	stores,
	type TestClock,
	testSettings,
} from '../../testbed/databases/ledgers';

/** Texts that are the same by Unicode's canonical equivalence: one recipient. */
const same: readonly (readonly [string, string, string])[] = [
	['composed and decomposed', 'caf\u00e9', 'cafe\u0301'],
	['marks in another order', 'a\u0323\u0307', 'a\u0307\u0323'],
	['Hangul syllable and its letters', '\ud55c', '\u1112\u1161\u11ab'],
	['Angstrom sign and letter', '\u00c5', '\u212b'],
	['white space around', '4711', ' 4711\u00a0'],
	['a byte order mark before', '4711', '\ufeff4711'],
];

/** Texts that only look the same, or mean the same to some: two recipients. */
const different: readonly (readonly [string, string, string])[] = [
	['Latin and Cyrillic a', 'anna', '\u0430nna'],
	['Latin and Greek o', 'bo', 'b\u03bf'],
	['capital and small', 'Ada', 'ada'],
	['digit and full-width digit', '4711', '\uff14711'],
	['letters and ligature', 'fi', '\ufb01'],
	['dotted and dotless i', 'i', '\u0131'],
	['sharp s and ss', 'stra\u00dfe', 'strasse'],
	['space and no-break space', 'a b', 'a\u00a0b'],
	['leading zero', '42', '042'],
];

/** Signs nobody sees within a text: no recipient at all. */
const unseen: readonly (readonly [string, string])[] = [
	['zero-width space', '47\u200b11'],
	['zero-width joiner', '47\u200d11'],
	['soft hyphen', '47\u00ad11'],
	['right-to-left override', '47\u202e11'],
	['combining grapheme joiner', '47\u034f11'],
	['Hangul filler', '47\u316411'],
	['variation selector', '4711\ufe0f'],
	['tag letter', '4711\u{e0061}'],
	['NUL', '47\u000011'],
];

describe('keys that look alike', () => {
	test.each(same)('are one when canonically equal: %s', (_name, left, right) => {
		expect(left).not.toBe(right);
		expect(canonicalPart(left, 'recipient')).toBe(canonicalPart(right, 'recipient'));
	});

	test.each(different)('are two otherwise: %s', (_name, left, right) => {
		expect(canonicalPart(left, 'recipient')).not.toBe(canonicalPart(right, 'recipient'));
	});

	test.each(unseen)('are refused with signs that nobody sees: %s', (_name, text) => {
		expect(() => canonicalPart(text, 'recipient')).toThrow('invisible characters');
	});
});

describe.each(stores)('look-alikes on %s', (_name, open) => {
	const clock: TestClock = { at: slotOpens + 1000 };
	let house: LedgerHouse;
	let ledger: Ledger;
	beforeAll(async () => {
		house = await open(clock);
		ledger = await house.open();
		await ledger.spines.configure(testSettings('alike'), 'test');
	});
	afterAll(() => house.close());

	test('that differ have a delivery, a claim and books each', async () => {
		const names = [...new Set(different.flatMap(([, left, right]) => [left, right]))];
		const added = await ledger.deliveries.register(names.map((name) => registrationOf('alike', name)));
		expect(added.map(({ status }) => status)).toEqual(names.map(() => 'registered'));
		for (const name of names) {
			const [claim] = await ledger.deliveries.claim([{ ref: refOf('alike', name) }], 'run');
			expect(claim).toMatchObject({ status: 'granted', token: 1, input: { id: name } });
		}
		const listed = await ledger.deliveries.list({ spine: 'alike', limit: 100 });
		expect(new Set(listed.map(({ ref }) => ref.recipient))).toEqual(new Set(names));
	});

	test('in another than the canonical form never reach the store', async () => {
		for (const text of [...same.map(([, , right]) => right), ...unseen.map(([, name]) => name)]) {
			if (text === canonicalPartOr(text)) continue;
			await expect(ledger.deliveries.register([registrationOf('alike', text)])).rejects.toMatchObject({
				code: 'ledger-key-unusable',
			});
			expect(await ledger.deliveries.claim([{ ref: refOf('alike', text) }], 'run')).toMatchObject([
				{ status: 'refused', reason: 'unknown-delivery' },
			]);
		}
	});
});

/** The canonical form, or nothing where there is none. */
function canonicalPartOr(text: string): string | null {
	try {
		return canonicalPart(text, 'recipient');
	} catch {
		return null;
	}
}
