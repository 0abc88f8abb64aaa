import { trial } from './trial';

/** Every second mutant, so that the suite stays quick; `bench/audit/mutants.ts` runs them all and writes the table. */
const STEP = 2;

it('the audit flags every mutant of the spine that does harm in the real engine', async () => {
	const { base, verdicts, made } = await trial(STEP);
	expect([...base.deeds.harms]).toEqual([]);
	expect(base.deeds.leftOpen).toBe(false);
	expect(base.report.verdict).toBe('proven');

	expect(made).toBeGreaterThan(700);
	expect(verdicts.length).toBeGreaterThanOrEqual(300);
	const harmful = verdicts.filter(({ deeds }) => deeds.harms.size > 0);
	// The recorder must see harm, or the next line says nothing.
	expect(new Set(harmful.flatMap(({ deeds }) => [...deeds.harms.keys()]))).toEqual(
		new Set(['sent-ungated', 'sent-twice', 'committed-early', 'wrote-early', 'rehearsal-sent']),
	);
	const missed = harmful.filter(({ report }) => report.verdict === 'proven');
	expect(
		missed.map(({ mutant, deeds }) => `${mutant.operator}: ${mutant.what} ${[...deeds.harms].join(' ')}`),
	).toEqual([]);
}, 240_000);
