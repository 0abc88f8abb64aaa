import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptRuns, renderPage, type Sample, scalePage, summaryOf } from '../../scenarios/scale/report';
import { packageRoot } from '../../testbed/n8n/paths';

const options = {
	mode: 'regular',
	workers: 2,
	contacts: 3_000,
	parallelRuns: 1,
	generatorMs: 0,
	everySeconds: 60,
	port: 1,
} as const;
const calls = { search: 16, other: 60, throttled: 1 };
const samples: readonly Sample[] = [0, 0, 500, 1_200, 2_000, 2_600, 3_000].map((mails, at) => ({
	at: at * 10_000,
	mails,
	memory: [500 + at],
	calls,
}));

describe('what came of a run over many contacts', () => {
	it('is exact only if each contact got one mail', () => {
		expect(summaryOf(options, samples, { recipients: 3_000, most: 1 }).exact).toBe(true);
		expect(summaryOf(options, samples, { recipients: 2_999, most: 2 }).exact).toBe(false);
		expect(summaryOf(options, samples.slice(0, -1), { recipients: 2_600, most: 1 }).exact).toBe(false);
	});

	it('is counted from the first mail on, thousand by thousand', () => {
		const run = summaryOf(options, samples, { recipients: 3_000, most: 1 });
		expect(run).toMatchObject({
			seconds: 50,
			mailsPerMinute: 3_600,
			searchRatio: 1.07,
			throttledShare: 0.0132,
		});
		expect(run.stretches).toEqual([
			{ mails: 1_200, seconds: 16.7, memory: 503 },
			{ mails: 2_600, seconds: 14.3, memory: 505 },
		]);
		expect(run.course).toEqual([
			{ seconds: 20, mailsPerMinute: 3_600, memory: 503 },
			{ seconds: 40, mailsPerMinute: 4_200, memory: 505 },
		]);
	});

	it('tells the schedule it ran under, and no longer misses what was measured', () => {
		const run = summaryOf(options, samples, { recipients: 3_000, most: 1 });
		const large = { ...run, options: { ...options, contacts: 100_000, everySeconds: 10 } };
		expect(renderPage([run])).toContain('(every 60 s)');
		expect(renderPage([run])).toContain('Not measured yet: 100,000 contacts, a worker');
		expect(renderPage([run, large])).toContain('(every 60 or 10 s)');
		expect(renderPage([run, large])).toContain('Not measured yet: a worker');
	});

	it('stands on its page as it was measured', () => {
		expect(readFileSync(join(packageRoot, scalePage), 'utf8')).toBe(renderPage(keptRuns()));
	});
});
