import { describe, expect, it } from '@jest/globals';
import { statusPages, vendorReading } from '../../../adapters/providers/status-pages';
import { readTemplate, templateFiles } from '../../workflows/template';

const at = 1_796_000_000_000;

describe('status pages', () => {
	it('reads each vendor in the shape its page has', () => {
		expect(vendorReading('postmark', { page: { state: 'operational' } }, at)).toEqual({ value: true, at });
		expect(vendorReading('postmark', { page: { state: 'degraded' } }, at)).toEqual({ value: false, at });
		expect(vendorReading('hubspot', { status: { indicator: 'none' } }, at)).toEqual({ value: true, at });
		expect(vendorReading('hubspot', { status: { indicator: 'minor' } }, at)).toEqual({ value: false, at });
	});

	it('knows nothing of a shape that is not the vendor’s, of new words and of what is no answer', () => {
		for (const answer of [
			{ status: { indicator: 'none' } },
			{ page: { state: 'fine' } },
			{ page: 'operational' },
			{},
			[],
			null,
			'operational',
		])
			expect([answer, vendorReading('postmark', answer, at)]).toEqual([answer, null]);
	});

	it('reads a vendor that is not in the list in whichever shape fits', () => {
		expect(vendorReading('acme', { page: { state: 'operational' } }, at)?.value).toBe(true);
		expect(vendorReading('acme', { status: { indicator: 'major' } }, at)?.value).toBe(false);
	});

	it('is the list that every address of a template comes from', () => {
		const known = new Set(Object.values(statusPages).map(({ url }) => url));
		const used = templateFiles().flatMap(
			(file) =>
				JSON.stringify(readTemplate(file)).match(/https:\/\/[^"\\ ]*\/api\/v\d\/status[^"\\ ]*/g) ?? [],
		);
		expect(used.length).toBeGreaterThan(5);
		expect(used.filter((url) => !known.has(url))).toEqual([]);
	});
});
