import { describe, expect, it } from '@jest/globals';
import { n8nHost, type N8nCall } from '../../../adapters/n8n/host';

/**
 * What n8n 2.40 answers to a publish while the workflow's review is open (Enterprise, since 2.37): its message, the
 * reason and the review's id beside it (`workflow-publish-blocked.error.js`, `http-error-serializers.js`).
 */
const blocked = (reason: 'review_pending' | 'changes_requested') => ({
	status: 409,
	body: {
		message: "Workflow can't be published while its review is open.",
		reason,
		workflowReviewRequestId: 'b8b1a1f0',
	},
});

/** What it answers while it still publishes: a message and nothing else. */
const busy = { status: 409, body: { message: 'The workflow is being published.' } };

/** An n8n that gives these answers to writes in turn, the last one again and again, and counts how long it was waited for. */
function instance(...answers: { status: number; body: unknown }[]) {
	const asked: string[] = [];
	let waited = 0;
	const call: N8nCall = (method, path) => {
		if (method === 'GET') return Promise.resolve({ status: 200, body: { nodes: [], connections: {} } });
		asked.push(`${method} ${path}`);
		return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1]!);
	};
	const host = n8nHost(call, 'n8n.example.com', (ms) => {
		waited += ms;
		return Promise.resolve();
	});
	return { host, asked, waited: () => waited };
}

describe('publishing through the public API', () => {
	it.each(['review_pending', 'changes_requested'] as const)(
		'does not wait for a review: %s',
		async (reason) => {
			const { host, asked, waited } = instance(blocked(reason));
			expect(await host.publish('w', 'v1')).toBe('review-open');
			expect([asked, waited()]).toEqual([['POST /workflows/w/publish'], 0]);
		},
	);

	it('waits while n8n publishes, and then takes its answer', async () => {
		const { host, waited } = instance(busy, busy, { status: 200, body: {} });
		expect([await host.publish('w', 'v1'), waited()]).toEqual(['published', 2_000]);
	});

	it('says so when a review opens while it waits', async () => {
		const { host } = instance(busy, blocked('review_pending'));
		expect(await host.publish('w', 'v1')).toBe('review-open');
	});

	it('gives up on an n8n that stays busy, and quotes it', async () => {
		const { host, waited } = instance(busy);
		await expect(host.publish('w', 'v1')).rejects.toMatchObject({ code: 'n8n-refused' });
		expect(waited()).toBe(30_000);
	});
});
