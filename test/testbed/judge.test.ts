import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
	inFirstSlot,
	judgeCounts,
	judgeMarks,
	judgeNothingSent,
	judgeOneEach,
	judgeRhythm,
	judgeTold,
	type Mail,
	type Slots,
} from '../../testbed/judge';

const slots: Slots = { anchor: 1_000_000, every: 60_000, minimumGap: 30_000 };
const toleranceMs = 2_000;

/** Honest histories: each contact once in each of some slots, marked after the send. */
const honest = fc
	.array(fc.record({ contact: fc.nat(30), slot: fc.nat(5), late: fc.nat(20_000) }), { maxLength: 60 })
	.map((rows) => {
		const once = new Map(rows.map((row) => [`${row.contact}:${row.slot}`, row]));
		const mail = [...once.values()].map(({ contact, slot, late }): Mail => ({
			contact: String(contact),
			at: slots.anchor + slot * slots.every + late,
		}));
		const marks = mail.map(({ contact, at }) => ({ contact, writtenAt: at + 50, saysAt: at }));
		return { mail, marks };
	});

describe('the judge of the demonstration', () => {
	it('takes a slot by what each email says of itself, not by when it was accepted', () => {
		const of = (contact: string, at: number, slot: string): Mail => ({ contact, at, slot });
		const late = [of('1', 59_000, 'a'), of('2', 61_000, 'a')];
		const next = [of('1', 65_000, 'b')];
		expect(judgeOneEach(inFirstSlot([...late, ...next]), ['1', '2'])).toEqual([]);
		expect(judgeOneEach(inFirstSlot([...late, of('2', 66_000, 'a')]), ['1', '2'])).toEqual([
			'contact 2 got 2 emails instead of one',
		]);
		expect(judgeOneEach(inFirstSlot([of('1', 59_000, 'a'), ...next]), ['1', '2'])).toEqual([
			'contact 2 got 0 emails instead of one',
		]);
	});

	it('finds nothing wrong with an honest history', () => {
		fc.assert(
			fc.property(honest, ({ mail, marks }) => {
				expect(judgeRhythm(mail, slots)).toEqual([]);
				expect(judgeMarks(mail, marks, toleranceMs)).toEqual([]);
				expect(judgeTold(mail, marks, toleranceMs)).toEqual([]);
			}),
		);
	});

	it('notices a second email, wherever it is planted', () => {
		fc.assert(
			fc.property(honest, fc.nat(), fc.nat(20_000), ({ mail }, which, later) => {
				fc.pre(mail.length > 0);
				const victim = mail[which % mail.length] as Mail;
				expect(judgeRhythm([...mail, { ...victim, at: victim.at + later }], slots)).not.toEqual([]);
			}),
		);
	});

	it('notices a mark without an email, a mark before its email, and an email nobody was told of', () => {
		const mail = [{ contact: '7', at: slots.anchor }];
		const mark = { contact: '7', saysAt: slots.anchor, writtenAt: slots.anchor + 10 };
		expect(judgeMarks([], [mark], toleranceMs)).toHaveLength(1);
		expect(judgeMarks(mail, [{ ...mark, writtenAt: slots.anchor - 1 }], toleranceMs)).toHaveLength(1);
		expect(judgeTold(mail, [], toleranceMs)).toHaveLength(1);
	});

	it('notices who was left out, who was served uninvited, and who was served twice', () => {
		const once = { contact: '1', at: slots.anchor };
		expect(judgeOneEach([once], ['1'])).toEqual([]);
		expect(judgeOneEach([once], ['1', '2'])).toHaveLength(1);
		expect(judgeOneEach([once], [])).toHaveLength(1);
		expect(judgeOneEach([once, once], ['1'])).toHaveLength(1);
		expect(judgeNothingSent([once])).toHaveLength(1);
		expect(judgeNothingSent([])).toEqual([]);
	});

	it('notices a count that fell, stood or jumped', () => {
		const once = [{ contact: '1', at: slots.anchor }];
		expect(judgeCounts(once, new Map([['1', 1]]))).toEqual([]);
		expect(judgeCounts(once, new Map([['1', -16]]))).toHaveLength(1);
		expect(judgeCounts(once, new Map())).toHaveLength(1);
		expect(judgeCounts([], new Map([['1', 1]]))).toHaveLength(1);
	});
});
