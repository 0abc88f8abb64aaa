import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSource } from '../../scripts/doctrine-coverage';

const root = join(__dirname, '../..');

/** Section 9 of the weekly doctrine: each criterion, and the tests that hold it, by file and title. */
const proofs: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
	'Release process documented (weekly, hotfix, major)': [
		['test/workflows/templates.test.ts', 'ships these templates'],
		[
			'test/docs/doctrine-coverage.test.ts',
			'has every line that says something covered, or named as no rule',
		],
	],
	'Release workflow defined (develop → staging → prod)': [
		['test/workflows/weekly-release.test.ts', 'holds on Thursday, ships on Friday what was approved'],
	],
	'Smoke tests automated (5 critical paths)': [
		['test/workflows/weekly-release.test.ts', 'walks the five critical paths'],
	],
	'Rollback procedure tested (can revert in <5 min)': [
		['test/workflows/weekly-release.test.ts', 'goes back to the previous tag, proves it'],
		['test/workflows/weekly-release.test.ts', 'takes a release back whose error rate passes five percent'],
	],
	'Release checklist (pre, during, post)': [
		['test/workflows/weekly-release.test.ts', 'holds on Thursday, ships on Friday what was approved'],
		['test/docs/doctrine-coverage.test.ts', 'gives every pointer of the policy a line that says something'],
	],
	'Release notes template': [
		['test/workflows/weekly-release.test.ts', 'publishes the notes in the doctrine’s template'],
	],
	'Database migration strategy (zero-downtime)': [
		['test/core/release/sql/lint.test.ts', 'passes only additive migrations'],
		[
			'test/contract/expand-contract.test.ts',
			'the contract half is refused until the expand half was stable and nothing reads the old column',
		],
		['test/workflows/weekly-release.test.ts', 'drops a column only when an earlier release replaced it'],
	],
};

const criteria = readSource('weekly-software-release')
	.join('\n')
	.split('## 9. Acceptance Criteria')[1]
	?.split('---')[0]
	?.match(/(?<=- \[ \] ).+/g);

it('has a test for each criterion of section 9, and for nothing else', () => {
	expect(Object.keys(proofs)).toEqual(criteria);
});

it.each(
	Object.entries(proofs).flatMap(([criterion, tests]) => tests.map((test) => [criterion, ...test] as const)),
)('%s: %s, %s', (_criterion, file, title) => {
	expect(readFileSync(join(root, file), 'utf8')).toContain(title);
});
