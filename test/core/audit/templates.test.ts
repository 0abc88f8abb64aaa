import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { templateFiles } from '../../../testbed/template-files';
import { auditInstance, parseWorkflows } from '../../../core/audit';

const files = templateFiles().map(({ id }) => `${id}.json`);

/** Nothing is given besides: what a template's settings decide, its own notes declare. */
const reports = auditInstance(
	templateFiles().flatMap(({ id, path }) => parseWorkflows(readFileSync(path, 'utf8'), `${id}.json`)),
);
/** Templates that send to recipients, and those that act behind a key claim. */
const ACTING = new Set([
	...['content-delivery-spine.json', 'sheet-delivery.json', 'table-delivery.json'],
	...['agent-tool.json', 'daily-job.json', 'order-to-erp.json', 'stripe-webhook.json'],
]);
/** Those that declare nothing. */
const withoutDeclarations = ['content-delivery-spine', 'reconcile', 'delivery-errors', 'provider-events'];

describe('our templates', () => {
	it.each(reports.map((report, i) => [files[i] ?? '', report] as const))('%s is proven', (file, report) => {
		expect(report.violations).toEqual([]);
		// Only a workflow that acts proves that its acts are guarded; the others say that they have none.
		expect(report.verdict).toBe(ACTING.has(file) ? 'proven' : 'nothing to prove');
		expect(report.cover.gaps).toEqual([]);
		if (withoutDeclarations.includes(file.replace('.json', ''))) {
			expect(
				report.cover.assumptions.filter((sentence) => !/^(Nobody runs|The pauses of) /.test(sentence)),
			).toEqual([]);
		}
		// Error workflows are chosen on the instance: an id in a template would dangle.
		expect(report.advice.filter(({ rule }) => rule !== 'no-error-workflow')).toEqual([]);
	});

	it('holds a spine with guarded sends, one by one and in batches', () => {
		const spine = reports[files.indexOf('content-delivery-spine.json')];
		const sends = spine?.cover.sends.map(({ node, guarded, recipients }) => ({ node, guarded, recipients }));
		const recipients = [expect.stringContaining("$('Claim Delivery').item.json.contact.properties.email")];
		expect(sends).toEqual([
			{ node: 'Send Email', guarded: true, recipients },
			{ node: 'Send Email Batch', guarded: true, recipients },
		]);
	});
});
