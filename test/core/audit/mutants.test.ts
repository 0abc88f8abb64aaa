import { beforeAll, expect, it } from '@jest/globals';
import { trial, type Trial, type Verdict } from '../../../testbed/audit/trial';

/** A part of the changes of the spine, so that the suite stays quick: `trial(1, 0)` runs them all. */
const STEP = 15;
const OFFSET = 4;

let result: Trial;
const harmful = ({ harms }: Verdict): boolean => harms.length > 0;

beforeAll(async () => {
	result = await trial(STEP, OFFSET);
}, 600_000);

it('the spine itself does its work in every world, without harm, and is proven', () => {
	const { base } = result;
	expect(base.harms).toEqual([]);
	expect(base.leftOpen).toBe(false);
	expect(base.verdict).toBe('proven');
	// Those whose mail the provider takes: Ann, Dot and Gil; nobody where all rehearse, or the spine is paused.
	expect(Object.fromEntries(base.mails)).toMatchObject({
		'everybody, three runs': 3,
		'two runs at once': 2,
		'a provider without message ids': 3,
		'the whole spine rehearses': 0,
		'paused after Due Deliveries': 0,
		'paused while the text is written': 0,
	});
});

it('the worlds see harm of every kind, or the next test says nothing', () => {
	const seen = result.verdicts.flatMap(({ harms }) => harms.map(([harm]) => harm));
	expect([...new Set(seen)].sort()).toEqual([
		'committed-early',
		'rehearsal-sent',
		'sent-twice',
		'sent-unconfirmed',
		'sent-ungated',
		'wrote-early',
	]);
});

it('the audit flags every mutant of the spine that does harm with our real nodes and a real ledger', () => {
	expect(result.made).toBeGreaterThan(300);
	const missed = result.verdicts.filter((one) => harmful(one) && one.verdict === 'proven');
	expect(missed.map(({ operator, what, harms }) => `${operator}: ${what}: ${harms.join(' ')}`)).toEqual([]);
});
