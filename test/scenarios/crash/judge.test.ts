import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judge, type Sight } from '../../../scenarios/crash/judge';

const slots = { anchor: 1_000_000_000, every: 240_000, minimumGap: 120_000 };
const slotName = (slot: number): string => `slot-${slot}`;
const keyOf = (contact: string, slot: number): string => `content-delivery:${contact}:${slotName(slot)}`;

/** What an honest run looks like: every due contact sent once per slot, told after it, in rhythm. */
const sightOf = (contacts: number, slotCount: number, lateMs: number): Sight => {
	const served = Array.from({ length: contacts }, (_none, index) => `c${index}`).flatMap((contact) =>
		Array.from({ length: slotCount }, (_other, slot) => ({
			contact,
			slot,
			at: slots.anchor + slot * slots.every + lateMs,
		})),
	);
	return {
		slots,
		mail: served.map(({ contact, slot, at }) => ({ contact, at, key: keyOf(contact, slot) })),
		marks: served.map(({ contact, at }) => ({ contact, writtenAt: at + 80, saysAt: at })),
		rises: new Map(served.map(({ contact }) => [contact, slotCount])),
		deliveries: served.map(({ contact, slot }) => ({
			key: keyOf(contact, slot),
			contact,
			slot: slotName(slot),
			state: 'committed',
			reason: null,
		})),
		grants: served.map(({ contact, slot }) => ({ key: keyOf(contact, slot), contact, token: 1 })),
		missedSlots: [],
		chain: 'intact',
		backlog: 0,
		due: served.map(({ contact, slot }) => ({ contact, anyOf: [slotName(slot)] })),
		told: true,
	};
};

const honest = fc
	.record({
		contacts: fc.integer({ min: 1, max: 6 }),
		slots: fc.integer({ min: 1, max: 4 }),
		late: fc.nat(60_000),
	})
	.map(({ contacts, slots: count, late }) => sightOf(contacts, count, late));

/** One lie each: what a broken spine would look like from outside, and what the judge must say. */
const lies: Readonly<Record<string, readonly [(sight: Sight) => Sight, RegExp]>> = {
	'a delivery is sent twice': [
		(sight) => ({ ...sight, mail: [...sight.mail, ...sight.mail.slice(0, 1)] }),
		/was sent 2 times/,
	],
	'a claim is granted twice': [
		(sight) => ({ ...sight, grants: [...sight.grants, ...sight.grants.slice(0, 1)] }),
		/was claimed with token 1 2 times/,
	],
	'two mails are closer than the gap': [
		(sight) => ({
			...sight,
			mail: [...sight.mail, { contact: 'c0', at: slots.anchor + 70_000, key: keyOf('c0', 99) }],
		}),
		/two emails/,
	],
	'a commit has no send': [
		(sight) => ({ ...sight, mail: sight.mail.slice(1) }),
		/is committed, and no mail was accepted/,
	],
	'a sent delivery is called missed': [
		(sight) => ({
			...sight,
			deliveries: sight.deliveries.map((entry, index) =>
				index === 0 ? { ...entry, state: 'missed', reason: 'x' } : entry,
			),
		}),
		/was sent, and the ledger says missed/,
	],
	'the ledger forgot a delivery that was sent': [
		(sight) => ({ ...sight, deliveries: sight.deliveries.slice(1) }),
		/the ledger does not know it/,
	],
	'somebody who was due is not recorded': [
		(sight) => ({ ...sight, due: [...sight.due, { contact: 'c0', anyOf: ['slot-77'] }] }),
		/nothing is recorded/,
	],
	'a claim is never given back': [
		(sight) => ({
			...sight,
			deliveries: [
				...sight.deliveries,
				{ key: keyOf('c9', 0), contact: 'c9', slot: slotName(0), state: 'claimed', reason: null },
			],
		}),
		/still is claimed/,
	],
	'a failure has no reason': [
		(sight) => ({
			...sight,
			deliveries: [
				...sight.deliveries,
				{ key: keyOf('c9', 0), contact: 'c9', slot: slotName(0), state: 'failed', reason: null },
			],
		}),
		/no reason is recorded/,
	],
	'HubSpot says delivered before the send': [
		(sight) => ({
			...sight,
			marks: sight.marks.map((mark, index) =>
				index === 0 ? { ...mark, writtenAt: mark.saysAt - 5_000 } : mark,
			),
		}),
		/too early/,
	],
	'HubSpot says delivered without a send': [
		(sight) => ({
			...sight,
			marks: [
				...sight.marks,
				{ contact: 'c0', writtenAt: slots.anchor + 900_000, saysAt: slots.anchor + 900_000 },
			],
		}),
		/no email was accepted/,
	],
	'HubSpot was never told': [
		(sight) => ({ ...sight, marks: sight.marks.filter(({ contact }) => contact !== 'c0') }),
		/not told of the last mail/,
	],
	'the count does not follow the mails': [
		(sight) => ({ ...sight, rises: new Map([...sight.rises].map(([contact, rise]) => [contact, rise + 1])) }),
		/the count of contact/,
	],
	'a write waits for ever': [(sight) => ({ ...sight, backlog: 1 }), /writes to HubSpot still wait/],
	'the chain is broken': [(sight) => ({ ...sight, chain: 'event 3 was changed' }), /chain is not intact/],
};

describe('the judge of the crash harness', () => {
	it('finds nothing in honest runs', () => {
		fc.assert(fc.property(honest, (sight) => expect(judge(sight)).toEqual([])));
	});

	it.each(Object.entries(lies))('sees when %s', (_name, [lie, says]) => {
		fc.assert(
			fc.property(honest, (sight) => {
				expect(judge(lie(sight)).join('\n')).toMatch(says);
			}),
		);
	});

	it('accepts a missed slot that is on record', () => {
		const sight = sightOf(2, 1, 1000);
		const due = [...sight.due, { contact: 'c0', anyOf: ['slot-5'] }];
		expect(judge({ ...sight, due, missedSlots: ['slot-5'] })).toEqual([]);
	});
});
