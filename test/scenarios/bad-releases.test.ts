import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
	judgeClaimed,
	judgeNeverRewound,
	judgeNextInRhythm,
	judgeOncePerDelivery,
	judgeSlot,
} from '../../scenarios/bad-releases/judge';
import { overrides } from '../../scenarios/bad-releases/policy';
import { badReleases, goodRelease, manifestOf } from '../../scenarios/bad-releases/releases';
import { without, type Graph } from '../../testbed/graph';
import { badReleasePage, keptRun, renderPage, violationsOf } from '../../scenarios/bad-releases/report';
import { auditWorkflow, parseWorkflow } from '../../core/audit';
import { overridePolicy, presetPolicy } from '../../core/release/policy/override';
import { parseManifest } from '../../core/release/manifest';
import { parseChanges } from '../../core/snapshot/changes';
import { readTemplate } from '../workflows/template';

const slots = { anchor: 1_000_000, every: 120_000, minimumGap: 60_000 };
const template = readTemplate('content-delivery-spine.json') as unknown as Graph;

describe('the judge of bad releases', () => {
	it('finds mail without a committed delivery, and mail twice for one', () => {
		const mail = [
			{ contact: '1', at: 0, key: 'a' },
			{ contact: '2', at: 0, key: 'b' },
			{ contact: '2', at: 9, key: 'b' },
		];
		expect(judgeClaimed(mail, new Set(['a', 'b']))).toEqual([]);
		expect(judgeClaimed(mail, new Set(['b']))).toHaveLength(1);
		expect(judgeOncePerDelivery(mail)).toEqual(['delivery b was mailed twice']);
	});

	it('finds any value that went back, and nothing in those that only rise', () => {
		fc.assert(
			fc.property(fc.array(fc.nat(), { minLength: 1 }), (values) => {
				const rising = [...values].sort((left, right) => left - right);
				const told = (of: readonly number[]) => [{ contact: '1', values: of }];
				expect(judgeNeverRewound('the count', told(rising))).toEqual([]);
				const below = [...rising, (rising.at(-1) ?? 0) - 1];
				expect(judgeNeverRewound('the count', told(below))).toHaveLength(1);
			}),
		);
	});

	it('finds who was left out of a slot, who got two, and who got it late', () => {
		const opened = slots.anchor + 3 * slots.every;
		const mail = [
			{ contact: '1', at: opened + 1_000 },
			{ contact: '2', at: opened + 61_000 },
			{ contact: '3', at: opened + 1_000 },
			{ contact: '3', at: opened + 2_000 },
			{ contact: '4', at: opened - 1 },
		];
		expect(judgeSlot(mail.slice(0, 1), slots, 3, ['1'], 60_000)).toEqual([]);
		expect(judgeSlot(mail, slots, 3, ['1', '2', '3', '4'], 60_000)).toEqual([
			'contact 3 got 2 mails in slot 3',
			'contact 4 got 0 mails in slot 3',
			'contact 2 got its mail 61 s after slot 3 opened',
		]);
	});

	it('finds who is due next out of rhythm, or not ahead', () => {
		const at = (slot: number, more = 0) => [{ contact: '1', at: slots.anchor + slot * slots.every + more }];
		expect(judgeNextInRhythm(at(5), slots, 4)).toEqual([]);
		expect(judgeNextInRhythm(at(5, 40_000), slots, 4)).toHaveLength(1);
		expect(judgeNextInRhythm(at(4), slots, 4)).toHaveLength(1);
	});
});

describe('the releases that are tried', () => {
	it('takes the claim out and joins what was left and right of it', () => {
		const { nodes, connections } = without(template, 'Claim Delivery', 1, 'Route Deliveries');
		expect(nodes).toHaveLength(template.nodes.length - 1);
		expect(connections).not.toHaveProperty('Claim Delivery');
		expect(JSON.stringify(connections['Route Deliveries'])).toContain('"Generate Text"');
		expect(JSON.stringify({ nodes, connections })).not.toContain("$('Claim Delivery')");
	});

	it('are change lists and manifests the package reads, and each changes something', () => {
		const rhythm = { every: 120, window: 60, contacts: 1 };
		for (const tried of [goodRelease, ...badReleases]) {
			const { graph, spine } = tried.change(template, rhythm, Date.UTC(2026, 10, 21));
			parseChanges({ ...(graph ? { workflows: [{ id: 'x', graph }] } : {}), ...(spine ? { spine } : {}) });
			expect(graph ?? spine).toBeDefined();
			if (graph) expect(graph).not.toEqual({ nodes: template.nodes, connections: template.connections });
			expect(parseManifest(manifestOf(tried, {})).id).toBe(tried.id);
		}
	});

	it('pass the audit, but for the one that drops the claim: the gate would hold that one', () => {
		const verdictOf = ({ nodes, connections }: Graph) =>
			auditWorkflow(parseWorkflow({ name: 'x', nodes, connections, settings: {} }, 'x')).verdict;
		const rhythm = { every: 120, window: 60, contacts: 1 };
		const verdicts = [goodRelease, ...badReleases].flatMap((tried) => {
			const { graph } = tried.change(template, rhythm, 0);
			return graph ? [[tried.id, verdictOf(graph)]] : [];
		});
		expect(Object.fromEntries(verdicts)).toEqual({
			'warmer-subject': 'proven',
			'drop-the-claim': 'violated',
			'slow-the-generation': 'proven',
			'double-the-bounces': 'proven',
		});
	});

	it('are watched as the preset watches: only times, the gate and one level differ', () => {
		const preset = presetPolicy('quiet-content-delivery');
		const policy = overridePolicy(preset, overrides);
		expect(policy.monitoring).toEqual({ ...preset.monitoring, checkEvery: 'PT1M' });
		expect(policy.rollback).toEqual(preset.rollback);
		expect(policy.checks.filter(({ phase }) => phase === 'after')).toEqual(
			preset.checks.filter(({ phase }) => phase === 'after'),
		);
		for (const { maySkip } of Object.values(policy.kinds))
			for (const check of policy.checks.filter(({ phase }) => phase !== 'before'))
				expect(maySkip).not.toContain(check.id);
	});
});

describe('the page of bad releases', () => {
	const file = join(__dirname, '..', '..', badReleasePage);
	const run = keptRun();

	it('is what the program writes from the run that was kept', () => {
		expect(existsSync(file)).toBe(run !== null);
		if (run) expect(readFileSync(file, 'utf8')).toBe(renderPage(run));
	});

	it('tells of every release, and of no broken promise', () => {
		expect(run?.releases.map(({ id }) => id)).toEqual([goodRelease, ...badReleases].map(({ id }) => id));
		expect(run && violationsOf(run)).toEqual([]);
	});
});
