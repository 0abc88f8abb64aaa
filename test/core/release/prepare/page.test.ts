import { describe, expect, test } from '@jest/globals';
import { APPROVALS_GROUP, TIMING_GROUP, type CheckResult } from '../../../../core/release/checks';
import {
	classHtml,
	differencesHtml,
	findingsHtml,
	openChecksHtml,
} from '../../../../core/release/prepare/page';

const check = (id: string, status: CheckResult['status'], group = 'Delivery'): CheckResult => ({
	id,
	question: `Is ${id} so?`,
	group,
	status,
	reason: `Why ${id}.`,
	remedy: status === 'pass' ? '' : `Mend ${id}.`,
});
const checks = [
	check('held', 'fail'),
	check('unread', 'unknown'),
	check('asked', 'unknown'),
	check('fine', 'pass'),
	check('spared', 'skipped'),
	check('approval-by-class', 'unknown', APPROVALS_GROUP),
	check('window', 'fail', TIMING_GROUP),
];

/** The words of a page without its markup. */
const words = (text: string): string =>
	text
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.replace(/ ([.,])/g, '$1')
		.trim();

describe('what machines found', () => {
	test('lists what fails and what has no answer, without approvals, the moment and what is asked on the page', () => {
		expect(words(findingsHtml({ checks, steps: [], asked: ['asked'] }))).toBe(
			'What machines found 1 checks pass, 1 fail, 1 have no answer, 1 were left out by policy. ' +
				'These fail: Is held so? Why held. Mend held. ' +
				'These have no answer, and this page cannot ask for one: Is unread so? Why unread. Mend unread.',
		);
	});

	test('counts what was answered before apart from what was found or said for this release', () => {
		const renewed = {
			...check('renewed', 'pass'),
			evidence: {
				check: 'renewed',
				status: 'pass' as const,
				by: { person: 'Eve', role: 'engineering' },
				at: 1,
				artifact: 'release' as const,
				hash: '0'.repeat(64),
				grounds: 'So.',
				repeats: 'r-0',
			},
		};
		expect(words(findingsHtml({ checks: [check('fine', 'pass'), renewed], steps: [], asked: [] }))).toBe(
			'What machines found 1 checks pass, 1 as answered before, 0 fail, 0 have no answer.',
		);
	});

	test('says nothing of what is not there', () => {
		expect(words(findingsHtml({ checks: [check('fine', 'pass')], steps: [], asked: [] }))).toBe(
			'What machines found 1 checks pass, 0 fail, 0 have no answer.',
		);
	});

	test('names each step that could not be done, and only those', () => {
		const steps = [
			{ step: 'Capture what runs', status: 'failed', sentence: 'No credential. Choose one.' },
			{ step: 'Compare settings', status: 'done', sentence: '2 checks pass.' },
		];
		const page = words(findingsHtml({ checks: [], steps, asked: [] }));
		expect(page).toContain('These steps could not be done: Capture what runs. No credential. Choose one.');
		expect(page).not.toContain('Compare settings');
	});
});

describe('what changes, and its class', () => {
	test('shows values as text, whatever stands in them', () => {
		const page = differencesHtml([
			{ what: 'the node <b>', surfaces: ['prompts'], before: '<script>x</script>', after: null },
		]);
		expect(page).toContain('The node &lt;b&gt;');
		expect(page).toContain('&lt;script&gt;x&lt;/script&gt;');
		expect(page).not.toContain('<script>');
		expect(words(page)).toContain('after nothing');
	});

	test('shows no table where there is no value on either side', () => {
		expect(differencesHtml([{ what: 'a node goes', surfaces: [], before: null, after: null }])).not.toContain(
			'<table>',
		);
	});

	test('gives five reasons, and how many more there are', () => {
		const reasons = [1, 2, 3, 4, 5, 6, 7].map((n) => `Reason ${n}.`);
		expect(words(classHtml({ riskClass: 'critical', reasons }, ['Standard: so.', 'Alone.']))).toBe(
			'This change is critical Reason 1. Reason 2. Reason 3. Reason 4. Reason 5. and 2 more reasons Standard: so. Alone.',
		);
	});
});

test('why a release is held names every check that holds it, approvals and the moment too', () => {
	const page = words(openChecksHtml(checks));
	for (const { question, status } of checks)
		expect([question, page.includes(question)]).toEqual([
			question,
			status === 'fail' || status === 'unknown',
		]);
});
