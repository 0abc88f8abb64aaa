import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INode } from 'n8n-workflow';
import { openRelease } from '../../app/release';
import { documentOf } from '../../app/ledger/documents';
import { releaseSchema } from '../../core/release/documents';
import { plain } from '../../core/delivery/json';
import { runWorkflow, type WorkflowJson } from '../../testbed/engine/n8n';
import { dueItems, ledger, ownUserFolder } from '../nodes/kit/spine';
import { manifestFor, preset } from '../support/release';
import { readTemplate } from './template';

const template = readTemplate('ship-when-ready.json');
const spine = 'content-delivery';

let home: ReturnType<typeof ownUserFolder>;
beforeEach(async () => {
	home = ownUserFolder();
	await dueItems([], { spine });
});
afterEach(async () => await home.remove());

/** A release that the gate held before until another moment alone, or that stands at a later stage. */
async function waiting(
	stage: 'draft' | 'stable' | 'deploying' = 'draft',
	shippedAt: number | null = null,
): Promise<string> {
	const books = await ledger();
	const manifest = manifestFor(preset('quiet-content-delivery'), { subject: spine });
	const ports = { ledger: books, now: Date.now };
	const { release } = await openRelease(ports, manifest, 'test');
	const [record] = await books.records.get('release', [release.id]);
	const body = documentOf(record!, releaseSchema);
	const decision = {
		decision: 'hold' as const,
		sentence: 'Held: the window.',
		releaseHash: '0'.repeat(64),
		policyVersion: 0,
		waitsForMoment: true,
		at: Date.now(),
	};
	await books.records.write(
		[
			{
				kind: 'release',
				id: release.id,
				spine,
				parent: null,
				body: plain({ ...body, stage, decision, shippedAt }),
				expectedRevision: record!.revision,
			},
		],
		[],
	);
	return release.id;
}

/** Nobody answers at these addresses: what cannot be read stays unknown. */
const nowhere = 'http://127.0.0.1:9';
const readings = JSON.parse(
	JSON.stringify(readTemplate('gate-readings.json')).replaceAll(/https:\/\/(api|status)\.[^"/]+/g, nowhere),
) as WorkflowJson;
const run = async (
	start: string,
	json: object = {},
	overrides: Readonly<Record<string, Partial<INode>>> = {},
) =>
	await runWorkflow(template as never, {
		startNode: start,
		triggerItems: [{ json: json as never }],
		credentials: { releaseGateHubSpotApi: { accessToken: 'x' } },
		nodeOverrides: overrides,
		subWorkflows: { 'gate-readings': readings },
	});
const BY_SCHEDULE = 'Check Every 5 Minutes';
const CALLED = 'When Called';
/** Stands for a gate that says ship: its output 1, whatever comes in. */
const ships = {
	'Evaluate Release': {
		type: 'n8n-nodes-base.if',
		typeVersion: 2.2,
		parameters: {
			conditions: {
				options: { version: 2, typeValidation: 'loose', caseSensitive: true, leftValue: '' },
				combinator: 'and',
				conditions: [
					{
						id: 'no',
						leftValue: '={{ false }}',
						rightValue: '',
						operator: { type: 'boolean', operation: 'true', singleValue: true },
					},
				],
			},
			options: {},
		},
	},
};

describe('ship-when-ready.json', () => {
	it('does nothing by its schedule while nothing waits', async () => {
		const { error, json } = await run(BY_SCHEDULE);
		expect([error, json('Set Answer')]).toEqual([undefined, []]);
	});

	it('fails by its schedule where what waited for the moment needs something else now', async () => {
		const release = await waiting();
		const { error } = await run(BY_SCHEDULE);
		expect(error?.message).toMatch(new RegExp(`^Release ${release} is not shipped: Held: `));
		// It waits for the moment no more, and is told once.
		expect((await run(BY_SCHEDULE)).error).toBeUndefined();
	});

	it('gives whoever calls it the answer, and fails for nobody', async () => {
		const release = await waiting();
		const { error, json } = await run(CALLED, { spine, release });
		expect(error).toBeUndefined();
		expect(json('Set Answer')).toMatchObject([
			{ release, decision: { decision: 'hold', waitsForMoment: false } },
		]);
		expect((json('Set Answer')[0]?.openChecks as object[]).length).toBeGreaterThan(0);
	});

	it('tells whoever calls it why it could not be published, and fails by its schedule', async () => {
		const release = await waiting();
		const called = await run(CALLED, { spine, release }, ships);
		expect(called.error).toBeUndefined();
		expect(called.json('Set Answer')).toMatchObject([
			{ release, releaseGate: { status: 'refused', message: expect.stringMatching(/\w/) as unknown } },
		]);
		const { message, remedy } = called.json('Set Answer')[0]?.releaseGate as Record<string, string>;
		const scheduled = await run(BY_SCHEDULE, {}, ships);
		expect(scheduled.error?.message).toBe(`Release ${release} is not shipped: ${message}. ${remedy}`);
	});

	it('goes on with a Ship that was killed half-way, without asking anybody again, and leaves one that runs alone', async () => {
		const release = await waiting('deploying', Date.now() - 11 * 60_000);
		const { error, json } = await run(BY_SCHEDULE);
		// The release of this test names no workflow: Ship itself says so, which shows that it was asked.
		expect(error?.message).toMatch(new RegExp(`^Release ${release} is not shipped: .*names no version`));
		expect([...json('Evaluate Release'), ...json('Get Fresh Answers')]).toEqual([]);
		await home.remove();
		home = ownUserFolder();
		await dueItems([], { spine });
		const fresh = await waiting('deploying', Date.now());
		expect((await run(BY_SCHEDULE)).error).toBeUndefined();
		const called = await run(CALLED, { spine, release: fresh });
		expect(called.error?.message).toContain(`Release ${fresh} is deploying: it ships no more.`);
	});

	it('says of a release that ships no more, or of none, why it cannot', async () => {
		const release = await waiting('stable');
		const over = await run(CALLED, { spine, release });
		expect(over.error?.message).toContain(`Release ${release} is stable: it ships no more.`);
		const typo = await run(CALLED, { spine, release: 'typo' });
		expect(typo.error?.message).toContain('Release typo is none of the newest 20 of this spine.');
	});
});
