import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { templateFiles } from '../../../testbed/template-files';
import { auditInstance, parseAuditPolicy, parseWorkflows } from '../../../core/audit';

const files = templateFiles().map(({ id }) => `${id}.json`);

const POLICY = join(__dirname, '../../../docs/reference/templates/audit-policy.json');

/** The spine's templates need no policy; the release templates call each other and the application by settings. */
const policy = parseAuditPolicy(JSON.parse(readFileSync(POLICY, 'utf8')), POLICY);
const reports = auditInstance(
	templateFiles().flatMap(({ id, path }) => parseWorkflows(readFileSync(path, 'utf8'), `${id}.json`)),
	{ policy },
);
const withoutPolicy = [
	'content-delivery-spine',
	'reconcile',
	'delivery-errors',
	'provider-events',
	'nightly-audit',
];

describe('our templates', () => {
	it.each(reports.map((report, i) => [files[i] ?? '', report] as const))('%s is proven', (file, report) => {
		expect(report.violations).toEqual([]);
		if (withoutPolicy.includes(file.replace('.json', ''))) expect(report.assumptions).toEqual([]);
		// Error workflows are chosen on the instance: an id in a template would dangle.
		expect(report.advice.filter(({ rule }) => rule !== 'no-error-workflow')).toEqual([]);
	});

	it('holds a spine with a guarded send', () => {
		const spine = reports[files.indexOf('content-delivery-spine.json')];
		expect(spine?.sends.map(({ node }) => node)).toEqual(['Send Email']);
	});
});
