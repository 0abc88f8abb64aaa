import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
	doctrineEndings,
	doctrineMessages,
	releases,
	rollbackLimitMs,
} from '../../../scenarios/weekly/doctrine';
import {
	judgeEndings,
	judgeOrder,
	judgeRollbacks,
	judgeSaid,
	type RollbackSeen,
	type Said,
} from '../../../scenarios/weekly/judge';

const at = fc.nat(doctrineMessages.length - 1);
const message = fc.record({ channel: fc.constantFrom('engineering', 'general'), text: fc.string() });

describe('the judge of the weekly release', () => {
	it('finds nothing wrong with the doctrine itself', () => {
		expect(judgeSaid(doctrineMessages, doctrineMessages)).toEqual([]);
		expect(judgeEndings(doctrineEndings, doctrineEndings)).toEqual([]);
	});

	it('catches a message left out, wherever it was', () => {
		fc.assert(
			fc.property(at, (index) => {
				const seen = doctrineMessages.filter((_message, place) => place !== index);
				expect(judgeSaid(seen, doctrineMessages)).not.toEqual([]);
			}),
		);
	});

	it('catches a message too many, also one that was said twice', () => {
		fc.assert(
			fc.property(at, fc.option(message), (index, other) => {
				const all: readonly Said[] = doctrineMessages;
				const seen = all.toSpliced(index, 0, other ?? { channel: 'general', text: 'hello' });
				expect(judgeSaid(seen, doctrineMessages)).not.toEqual([]);
				const [first] = doctrineMessages.slice(index);
				const twice = first ? [...doctrineMessages, first] : [];
				expect(judgeSaid(twice, doctrineMessages)).not.toEqual([]);
			}),
		);
	});

	it('catches a message in another channel, or in other words', () => {
		fc.assert(
			fc.property(at, (index) => {
				const elsewhere = doctrineMessages.map((said, place) =>
					place === index ? { ...said, channel: 'random' } : said,
				);
				const otherwise = doctrineMessages.map((said, place) =>
					place === index ? { ...said, text: `${said.text}!` } : said,
				);
				expect(judgeSaid(elsewhere, doctrineMessages)).toHaveLength(2);
				expect(judgeSaid(otherwise, doctrineMessages)).toHaveLength(2);
			}),
		);
	});

	it('catches two messages that changed places', () => {
		fc.assert(
			fc.property(at, at, (one, other) => {
				fc.pre(one !== other);
				const seen = [...doctrineMessages];
				const [left, right] = [seen[one], seen[other]];
				if (left && right) [seen[one], seen[other]] = [right, left];
				expect(judgeSaid(seen, doctrineMessages)).toHaveLength(1);
			}),
		);
	});

	it('takes any list for itself, and no list for one that is longer', () => {
		fc.assert(
			fc.property(fc.array(fc.string(), { minLength: 1 }), (list) => {
				expect(judgeOrder('tag', list, list)).toEqual([]);
				expect(judgeOrder('tag', list.slice(1), list)).not.toEqual([]);
				expect(judgeOrder('tag', list, list.slice(1))).not.toEqual([]);
			}),
		);
	});

	it('catches a release that ended elsewhere, is unknown, or that nobody opened', () => {
		const [first, ...rest] = doctrineEndings;
		if (!first) throw new Error('no ending');
		expect(judgeEndings([{ ...first, stage: 'monitoring' }, ...rest], doctrineEndings)).toEqual([
			`release ${first.release} is monitoring, not ${first.stage}`,
		]);
		expect(judgeEndings([{ ...first, decision: 'hold' }, ...rest], doctrineEndings)).toHaveLength(1);
		expect(judgeEndings(rest, doctrineEndings)).toEqual([`release ${first.release} is not in the ledger`]);
		expect(judgeEndings(doctrineEndings, rest)).toEqual([`nobody was to open release ${first.release}`]);
	});

	it('gives a rollback five minutes, and not a millisecond more', () => {
		const took = (ms: number | null): RollbackSeen => ({
			release: releases.bad,
			orderedAt: 1_000,
			provenAt: ms === null ? null : 1_000 + ms,
		});
		const judged = (ms: number | null) => judgeRollbacks([took(ms)], [releases.bad], rollbackLimitMs);
		expect(judged(rollbackLimitMs)).toEqual([]);
		expect(judged(rollbackLimitMs + 1)).toHaveLength(1);
		expect(judged(-1)).toHaveLength(1);
		expect(judged(null)).toEqual([`the rollback of ${releases.bad} was never proven`]);
		expect(judgeRollbacks([], [releases.bad], rollbackLimitMs)).toHaveLength(1);
		expect(judgeRollbacks([took(1), took(1)], [releases.bad], rollbackLimitMs)).toHaveLength(1);
	});
});
