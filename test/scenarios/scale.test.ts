import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keptRuns, renderPage, scalePage } from '../../scenarios/scale/report';
import { type Sample, summaryOf } from '../../scenarios/scale/summary';
import { busiest, usedBy } from '../../scenarios/scale/used';
import { keptNodes, nodeCosts } from '../../scenarios/scale/nodes';
import { bottleneckOf, renderSizing, sizingPage } from '../../scenarios/scale/sizing';
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
/** When each thousandth mail was out: 33, 45 and 60 s after the first look. */
const times = [33_000, 45_000, 60_000];
const samples: readonly Sample[] = [0, 0, 500, 1_200, 2_000, 2_600, 3_000].map((mails, index) => {
	const at = index * 10_000;
	return {
		at,
		mails,
		recipients: mails,
		most: Math.min(mails, 1),
		marks: times.filter((time) => time <= at),
		used: [{ pid: 1, memory: 500 + index, cpu: index * 4 }],
		calls,
		kills: 0,
	};
});
const lastOnes = (changed: Partial<Sample>): readonly Sample[] =>
	samples.map((sample, index) => (index === samples.length - 1 ? { ...sample, ...changed } : sample));

describe('what came of a run over many contacts', () => {
	it('is exact only if each contact got one mail', () => {
		expect(summaryOf(options, samples).exact).toBe(true);
		expect(summaryOf(options, lastOnes({ recipients: 2_999, most: 2 })).exact).toBe(false);
		expect(summaryOf(options, lastOnes({ recipients: 3_000, mails: 3_001, most: 2 })).exact).toBe(false);
		expect(summaryOf(options, samples.slice(0, -1)).exact).toBe(false);
	});

	it('is counted from the start of the driver to the last mail, thousand by thousand', () => {
		const run = summaryOf(options, [...samples, { ...lastOnes({ at: 90_000 }).at(-1)! }]);
		expect(run).toMatchObject({
			seconds: 60,
			mailsPerMinute: 3_000,
			searchRatio: 1.07,
			throttledShare: 0.0132,
			thousandSeconds: 13.5,
			processorShare: 0.4,
		});
		expect(run.stretches).toEqual([
			{ mails: 1_000, seconds: null, memory: 504 },
			{ mails: 2_000, seconds: 12, memory: 505 },
			{ mails: 3_000, seconds: 15, memory: 506 },
		]);
		expect(run.course.slice(0, 2)).toEqual([
			{ seconds: 20, mailsPerMinute: 3_600, memory: 503 },
			{ seconds: 40, mailsPerMinute: 4_200, memory: 505 },
		]);
	});

	it('counts the processor of a process that was started anew for as long as it ran', () => {
		const at = (pid: number, cpu: number) => ({ used: [{ pid, memory: 1, cpu }] });
		const looks = [at(1, 5), at(1, 9), at(2, 3), at(2, 10)].map((look, index) => ({
			...look,
			at: index * 10_000,
		}));
		expect(busiest(looks)).toBeCloseTo(14 / 30);
		expect(usedBy(process.pid)).toMatchObject({ pid: process.pid });
		expect(usedBy(process.pid).memory).toBeGreaterThan(10);
		expect(usedBy(null)).toEqual({ pid: null, memory: 0, cpu: 0 });
	});

	it('stands beside the bare spine only where one run went on at a time', () => {
		const bare = { before: [10_000, 12_000], after: [9_000] };
		expect(summaryOf(options, samples, bare).bare).toMatchObject({ median: 10, ratio: 1.35 });
		expect(summaryOf({ ...options, parallelRuns: 2 }, samples, bare).bare).toBeNull();
	});

	it('compares the last thousand with the third where there are five', () => {
		expect(summaryOf(options, samples).growth).toBeNull();
		const longer = [...times, 76_000, 88_500];
		const grown = lastOnes({
			at: 100_000,
			mails: 5_000,
			marks: longer,
			used: [{ pid: 1, memory: 759, cpu: 28 }],
		});
		expect(summaryOf({ ...options, contacts: 5_000 }, grown).growth).toEqual({ seconds: 0.83, memory: 1 });
	});

	it('tells the schedule it ran under, how to play it again, and what was not measured', () => {
		const run = summaryOf(options, samples);
		const large = { ...run, options: { ...options, contacts: 100_000, everySeconds: 10 } };
		expect(renderPage([run])).toContain('(every 60 s)');
		expect(renderPage([run])).toContain('npm run scale -- --contacts 3000 --runs 1 --every 60 # row 1');
		expect(renderPage([run])).toContain(
			'Not measured yet: 100,000 contacts beside the bare spine; a worker killed every minute; each of 1, 2 and 4 runs at once in queue mode.',
		);
		const bare = { before: [9_000], after: [9_000], median: 9, ratio: 1.5 };
		const beside = { ...large, bare, growth: { seconds: 1, memory: 1 } };
		expect(renderPage([run, beside])).toContain('(every 60 or 10 s)');
		expect(renderPage([run, beside])).toContain('Not measured yet: a worker');
	});

	it('sets several runs at once against one', () => {
		const queue = { ...options, mode: 'queue' } as const;
		const [one, four] = [1, 4].map((parallelRuns) => summaryOf({ ...queue, parallelRuns }, samples));
		const page = renderPage([one!, { ...four!, mailsPerMinute: 12_000 }]);
		expect(page).toContain('| 4 | 3,000 | 12,000 | 4 x |');
	});

	it('stands on its page as it was measured', () => {
		expect(readFileSync(join(packageRoot, scalePage), 'utf8')).toBe(renderPage(keptRuns()));
	});
});

describe('what a user reads of it', () => {
	const run = summaryOf(options, samples);
	const sized = (changed: object, over: object = {}) => ({
		...run,
		throttledShare: 0,
		...changed,
		options: { ...options, ...over },
	});

	it('names what held a run back by its own figures', () => {
		expect(bottleneckOf(sized({ processorShare: 0.97 }))).toBe("n8n's one core");
		expect(bottleneckOf(sized({ processorShare: 0.97 }, { mode: 'queue' }))).toBe(
			"the busiest worker's core",
		);
		expect(bottleneckOf(sized({ throttledShare: 0.02, processorShare: 0.97 }))).toBe("HubSpot's limits");
		expect(
			bottleneckOf(
				sized({ mailsPerMinute: 780, processorShare: 0.9 }, { textsPerMinute: 500, parallelRuns: 2 }),
			),
		).toMatch(/^the pace set: 1,000 texts a minute/);
		expect(
			bottleneckOf(sized({ processorShare: 0.4, machine: { ...run.machine, load: [0, 3], cores: 2 } })),
		).toMatch(/^the machine: 2 cores/);
		expect(
			bottleneckOf(sized({ processorShare: 0.4, machine: { ...run.machine, load: [0, 1], cores: 2 } })),
		).toMatch(/^nothing for long/);
		expect(bottleneckOf(sized({}, { killEverySeconds: 60 }))).toMatch(/^the kills/);
	});

	it('gives the cost of each node as the median over the runs, the dearest first', () => {
		const costs = nodeCosts(
			[
				{ 'Send Email': 9_000, 'Claim Delivery': 500, 'Set Config': 1 },
				{ 'Send Email': 11_000, 'Claim Delivery': 700, 'Set Config': 1 },
				{ 'Send Email': 30_000, 'Claim Delivery': 600, 'Set Config': 1 },
			],
			new Set(['Claim Delivery']),
		);
		expect(costs.nodes).toEqual([
			{ node: 'Send Email', ours: false, ms: 11 },
			{ node: 'Claim Delivery', ours: true, ms: 0.6 },
		]);
		const page = renderSizing([run], costs);
		expect(page).toContain('| Send Email | 11 | 95 % | n8n |');
		expect(page).toContain('| all | 11.6 | 100 % | this package: 5 % |');
		expect(() => nodeCosts([])).toThrow('n8n kept no run');
		expect(() => renderSizing([], costs)).toThrow('No run of one process');
	});

	it('stands on its page as it was measured', () => {
		expect(readFileSync(join(packageRoot, sizingPage), 'utf8')).toBe(renderSizing(keptRuns(), keptNodes()));
	});
});
