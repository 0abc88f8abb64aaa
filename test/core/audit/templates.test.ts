import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditInstance, parseWorkflows } from '../../../core/audit';

const FOLDER = join(__dirname, '../../../workflows');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

/** Without any policy: the templates use only what the catalogue knows, and constants it can read. */
const reports = auditInstance(
	files.flatMap((file) => parseWorkflows(readFileSync(join(FOLDER, file), 'utf8'), file)),
);

describe('our templates', () => {
	it.each(reports.map((report, i) => [files[i] ?? '', report] as const))('%s is proven', (_file, report) => {
		expect(report.violations).toEqual([]);
		expect(report.assumptions).toEqual([]);
		// Error workflows are chosen on the instance: an id in a template would dangle.
		expect(report.advice.filter(({ rule }) => rule !== 'no-error-workflow')).toEqual([]);
	});

	it('holds a spine with a guarded send', () => {
		const spine = reports[files.indexOf('content-delivery-spine.json')];
		expect(spine?.sends.map(({ node }) => node)).toEqual(['Send Email']);
	});
});
