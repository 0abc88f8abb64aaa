import { beforeAll, expect, it } from '@jest/globals';
import { classTrial, ITSELF, type ClassTrial } from '../../../testbed/audit/mutations/trial';

/** A part, so that the suite stays quick; `npm run audit:mutants` looks at all and writes the record. */
const STEP = 1500;
const OFFSET = 5;

let result: ClassTrial;

beforeAll(async () => {
	result = await classTrial({ step: STEP, offset: OFFSET });
}, 900_000);

it('holds mutants of every class, of spines, of the shipped spine and of the templates around keys', () => {
	const made = result.counted.reduce((sum, one) => sum + one.made, 0);
	expect(made).toBeGreaterThan(15_000);
	expect(result.counted.map(({ verdict }) => verdict)).toEqual(result.counted.map(() => 'proven'));
});

it('each workflow without a mistake runs without harm', () => {
	const bases = result.played.filter(({ what }) => what === ITSELF);
	expect(bases.length).toBe(result.counted.length);
	expect(bases.filter(({ harms, notRun }) => harms.length > 0 || notRun !== undefined)).toEqual([]);
});

it('what the audit proves in spite of a mistake does no harm in n8n-core', () => {
	expect(result.played.filter(({ what, harms }) => what !== ITSELF && harms.length > 0)).toEqual([]);
});
