import { describe, expect, it } from '@jest/globals';
import {
	auditWorkflow,
	htmlReport,
	parseAuditPolicy,
	parseWorkflow,
	sarif,
	textReport,
} from '../../../core/audit';
import { KEY_ATTACKS } from '../../../testbed/audit/keys/attacks';
import { KEY_SAFE } from '../../../testbed/audit/keys/safe';
import { keyedBy, POLICY } from '../../../testbed/audit/keys/base';
import { keyVerdict } from '../../../testbed/audit/keys/trial';

const policy = parseAuditPolicy(POLICY, 'what is asked');

it('holds a hundred attacks on key claims, of every class but that of the identity', () => {
	expect(KEY_ATTACKS.length).toBeGreaterThanOrEqual(95);
	expect([...new Set(KEY_ATTACKS.map(({ is }) => is))].sort((a, b) => a - b)).toEqual([
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16,
	]);
});

it.each(KEY_ATTACKS.map((attack) => [attack.does, attack] as const))(
	'%s: never proven',
	(_does, { workflow, others }) => {
		expect(keyVerdict(workflow, others)).not.toBe('proven');
		const { violations } = auditWorkflow(parseWorkflow(workflow, 'attack'), { policy });
		for (const { why, mend } of violations) expect(`${why} ${mend}`).not.toContain('{node}');
	},
);

it.each(Object.entries(KEY_SAFE))('%s: proven', (_does, changes) => {
	const report = auditWorkflow(parseWorkflow(keyedBy(...changes), 'safe'), { policy });
	expect(report.violations).toEqual([]);
	expect(report.verdict).toBe('proven');
	expect(report.cover.sends.every(({ once, guarded }) => once !== undefined && guarded)).toBe(true);
});

describe('what a key claim lets through, in the same words everywhere', () => {
	const workflow = parseWorkflow(keyedBy(), 'keyed.json');
	const report = auditWorkflow(workflow, { policy });
	const line = "once: Act, behind 'Claim', key id, in the scope things";

	it.each([
		['the terminal', textReport(report, 'keyed.json')],
		['the page', htmlReport([{ workflow, report }]).replaceAll('&#39;', "'")],
		['SARIF', JSON.stringify(sarif([{ file: 'keyed.json', text: '{}', report }], '1.0.0'))],
	])('%s', (_where, text) => {
		expect(text).toContain(line);
		expect(text).toContain('Proven for 1 act behind a key claim, 7 of 7 nodes reached, under 2 assumptions.');
		expect(text).toContain(
			"'Claim' tells one thing from another by id, and nothing comes again after 30 days.",
		);
	});
});
