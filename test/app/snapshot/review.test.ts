import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Ledger } from '../../../app/ledger/api';
import { n8nHost, type N8nCall } from '../../../adapters/n8n/host';
import { applyRelease } from '../../../app/snapshot/apply';
import { capture, idSource } from '../../../app/snapshot/capture';
import { restoreRelease } from '../../../app/snapshot/restore';
import { parseChanges } from '../../../core/snapshot/changes';
import { slotOpens, testSettings } from '../../../testbed/databases/ledgers';
import { memoryLedger, MemoryHost, portsOf } from './fixture';

const clock = { at: slotOpens + 60_000 };
const graph = (text: string) => ({
	nodes: [
		{ name: 'Send', type: 'n8n-nodes-base.set', typeVersion: 3, position: [0, 0], parameters: { text } },
	],
	connections: {},
});
let ledger: Ledger;
let close: () => Promise<void>;

beforeAll(async () => ({ ledger, close } = await memoryLedger(clock)));
afterAll(async () => await close());

/** A published workflow of a spine, captured and released; from then on its review is open, and n8n stays at that. */
async function underReview(spine: string) {
	const host = new MemoryHost();
	host.seed('w', { name: 'Spine', settings: {}, ...graph('old') });
	await ledger.spines.configure(testSettings(spine), 'test');
	const calls: string[] = [];
	const answer: N8nCall = (method, path) => {
		calls.push(`${method} ${path}`);
		const body = { message: 'Its review is open.', reason: 'review_pending', workflowReviewRequestId: 'r' };
		return Promise.resolve({ status: 409, body });
	};
	const ports = portsOf(ledger, null, host, clock);
	const scope = { properties: [], definitions: false, workflows: ['w'], spine };
	const [release, snapshot] = [`r-${spine}`, `before-${spine}`];
	await capture(ports, { id: snapshot, release, scope, contacts: idSource([]) });
	const changes = parseChanges({ workflows: [{ id: 'w', graph: graph('new') }] });
	await applyRelease(ports, release, snapshot, changes);
	host.publish = (id, version) => n8nHost(answer, 'n8n.example.com').publish(id, version) as never;
	return { host, ports, release, calls };
}

describe('a rollback of a workflow whose review is open', () => {
	it('takes it out of service instead, says why within seconds, and leaves the spine paused', async () => {
		const { host, ports, release, calls } = await underReview('reviewed');
		const began = Date.now();
		const { report, state } = await restoreRelease(ports, release, { target: null });
		expect(Date.now() - began).toBeLessThan(5_000);
		expect(calls).toEqual(['POST /workflows/w/publish']);
		expect(host.now('w').published).toBeNull();
		expect(host.now('w').draft).toMatchObject(graph('old'));
		expect(report.left).toEqual([{ what: 'workflow w: published version', reason: 'review-open' }]);
		expect(report.unproven).toEqual([
			'workflow w: published version (its review is open in n8n, which publishes nothing meanwhile; it was unpublished)',
		]);
		expect(state).toBe('done');
		expect(await ledger.spines.get('reviewed')).toMatchObject({ paused: true });
	});

	it('holds a release back from being applied, with a sentence', async () => {
		const { ports } = await underReview('applied');
		const scope = { properties: [], definitions: false, workflows: ['w'], spine: 'applied' };
		await capture(ports, { id: 'second', release: 'second', scope, contacts: idSource([]) });
		const changes = parseChanges({ workflows: [{ id: 'w', graph: graph('newer') }] });
		await expect(applyRelease(ports, 'second', 'second', changes)).rejects.toMatchObject({
			code: 'n8n-review-open',
		});
	});
});
