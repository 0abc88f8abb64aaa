import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { keptSize } from '../../app/doctor/kept-size';
import { keptPage, keptRecord, renderPage, sizesOf } from '../../scenarios/kept/page';
import { packageRoot } from '../../testbed/n8n/paths';

const record = keptRecord()!;
const wayOf = (name: string) => record.runs.find(({ way }) => way === name)!;

describe('what n8n keeps of a run, as it was measured', () => {
	it('is nothing of good runs of templates as they ship, and all of it where they are saved', () => {
		const [shipped, saved] = [wayOf('as shipped'), wayOf('good runs saved')];
		expect([shipped.spine.runs, shipped.spine.bytes]).toEqual([0, 0]);
		expect([shipped.reports.runs, shipped.reports.bytes]).toEqual([0, 0]);
		expect(saved.spine.runs).toBeGreaterThan(0);
		expect(saved.spine.bytes).toBeGreaterThan(1_000 * saved.deliveries);
		expect(wayOf('progress saved too').written).toBeGreaterThan(2 * saved.written!);
	});

	it('is what doctor and the notes on the canvas tell', () => {
		expect(keptSize).toEqual(sizesOf(record));
		const { spineMb, reportKb } = keptSize;
		const noteOf = (file: string): string =>
			readFileSync(join(packageRoot, 'workflows', 'delivery', `${file}.json`), 'utf8');
		for (const file of ['content-delivery-spine', 'sheet-delivery', 'table-delivery'])
			expect(noteOf(file)).toContain(`about ${spineMb} MB for 1,000 deliveries with short texts`);
		expect(noteOf('provider-events')).toContain(`at about ${reportKb} kB each`);
	});

	it('stands on its page as it was measured', () => {
		expect(readFileSync(join(packageRoot, keptPage), 'utf8')).toBe(renderPage(record));
	});
});
