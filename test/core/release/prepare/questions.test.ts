import { describe, expect, test } from '@jest/globals';
import type { CheckResult } from '../../../../core/release/checks';
import type { Evidence } from '../../../../core/release/evidence';
import type { Check } from '../../../../core/release/policy/schema';
import { askedOn, questionsFor } from '../../../../core/release/prepare/questions';
import { preset } from '../../../support/release';

const policy = preset('quiet-content-delivery');
const checkOf = (id: string): Check => {
	const found = policy.checks.find((check) => check.id === id);
	if (found === undefined) throw new Error(`the preset has no check ${id}`);
	return found;
};
const open = (id: string, more: Partial<CheckResult> = {}): CheckResult => {
	const { question, group, remedy } = checkOf(id);
	return { id, question, group, remedy, status: 'unknown', reason: 'Nobody has answered.', ...more };
};
const said = (check: string, by: Evidence['by'], status: Evidence['status'] = 'pass', at = 1): Evidence => ({
	check,
	status,
	by,
	at,
	artifact: checkOf(check).boundTo,
	hash: '0'.repeat(64),
	grounds: 'Looked at it.',
});
const person = { person: 'Eve Engineer', role: 'engineering' };
const asked = (results: readonly CheckResult[]) => questionsFor(policy, results, []);

describe('what is asked of people', () => {
	test('one text stands for every check that waits for it', () => {
		const { texts, questions } = asked([
			open('failure-mode-identified'),
			open('documents-current'),
			open('playbooks-updated'),
		]);
		expect(questions).toEqual([]);
		expect(texts).toEqual([
			{
				field: 'failureMode',
				question: checkOf('failure-mode-identified').question,
				checks: ['failure-mode-identified'],
			},
			{
				field: 'documents',
				question: checkOf('documents-current').question,
				checks: ['documents-current', 'playbooks-updated'],
			},
		]);
		expect(askedOn({ texts, questions: [{ check: 'no-user-action' }] })).toEqual([
			'no-user-action',
			'failure-mode-identified',
			'documents-current',
			'playbooks-updated',
		]);
	});

	test('a text that a machine misses is asked, so that the same page does not call it a failure', () => {
		const nothing = said('documents-current', { machine: 'manifest' }, 'fail');
		const failed = open('documents-current', { status: 'fail', evidence: nothing });
		const { texts, questions } = asked([failed]);
		expect(questions).toEqual([]);
		expect(texts.map(({ field, checks }) => [field, checks])).toEqual([['documents', ['documents-current']]]);
		expect(askedOn({ texts, questions })).toEqual(['documents-current']);
		expect(asked([open('documents-current', { status: 'pass' })]).texts).toEqual([]);
	});

	test('a check that a machine will look at is no question, and one that a machine refuted neither', () => {
		const machine = said('idempotency-preserved', { machine: 'workflow-audit' }, 'fail');
		expect(
			asked([
				open('idempotency-preserved'),
				open('idempotency-preserved', { status: 'fail', evidence: machine }),
			]),
		).toEqual({ questions: [], texts: [] });
	});

	test('a person’s no is asked again, and what stands is not asked', () => {
		const no = said('architecture-aligned', person, 'fail');
		const { questions } = asked([
			open('architecture-aligned', { status: 'fail', evidence: no }),
			open('product-contract-kept', { status: 'pass' }),
			open('no-user-action', { status: 'skipped' }),
		]);
		expect(questions.map(({ check }) => check)).toEqual(['architecture-aligned']);
	});

	test('of earlier words the first one counts, and a machine’s is none', () => {
		const earlier = [
			{ release: 'newest', evidence: said('architecture-aligned', person, 'pass', 9) },
			{ release: 'older', evidence: said('architecture-aligned', person, 'pass', 2) },
			{ release: 'newest', evidence: said('no-user-action', { machine: 'manifest' }) },
		];
		const { questions } = questionsFor(
			policy,
			[open('architecture-aligned'), open('no-user-action')],
			earlier,
		);
		expect(questions.map(({ earlier: word }) => word)).toEqual([
			{ who: 'Eve Engineer', at: 9, release: 'newest', grounds: 'Looked at it.' },
			null,
		]);
	});
});
