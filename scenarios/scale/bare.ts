import { setTimeout as sleep } from 'node:timers/promises';
import { publishWorkflow, saveWorkflow, type WorkflowNode } from '../../testbed/n8n/workflows';
import type { Instance } from '../../testbed/n8n/instance';
import { bareSpine } from '../../testbed/bare-spine';
import { openOutside, type Opening } from './outside-process';

/** Contacts of one run of the spine, at most: the limit of the template. */
export const contactsOfARun = 1_000;

/** The same spine without our nodes, in the same n8n, on an account of its own. */
export interface BareRuns {
	/** Serves the next thousand and gives what that took, milliseconds. Throws unless each of them got a mail. */
	chunk(): Promise<number>;
	close(): void;
}

const path = 'bare-chunk';
const trigger = {
	name: 'Chunk',
	type: 'n8n-nodes-base.webhook',
	typeVersion: 2,
	webhookId: 'bare-chunk',
	parameters: { path, httpMethod: 'POST', responseMode: 'lastNode', options: {} },
};

/** Puts the bare spine into n8n, to be called chunk by chunk; so many chunks are there at most. */
export async function openBareRuns(
	n8n: Instance,
	chunks: number,
	outside: Omit<Opening, 'contacts'>,
	changed: (node: WorkflowNode) => WorkflowNode,
): Promise<BareRuns> {
	const vendors = await openOutside({ ...outside, contacts: chunks * contactsOfARun });
	const urls = { ...vendors.urls, alerts: 'http://127.0.0.1:9' };
	const after = "$('Chunk').first().json.body.after";
	const workflow = bareSpine(urls, { trigger, read: { limit: contactsOfARun, after }, changed });
	await saveWorkflow(n8n.session, workflow);
	await publishWorkflow(n8n.session, workflow.id);
	const call = async (body: unknown): Promise<Response> =>
		await fetch(new URL(`/webhook/${path}`, n8n.url), {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify(body),
		});
	let last = '0';
	let served = 0;
	return {
		chunk: async () => {
			let startedAt = Date.now();
			let answer = await call({ after: last });
			// n8n registers a webhook a moment after its workflow was published.
			for (let tries = 0; answer.status === 404 && tries < 60; tries += 1) {
				await sleep(500);
				startedAt = Date.now();
				answer = await call({ after: last });
			}
			const took = Date.now() - startedAt;
			const said = await answer.text();
			if (!answer.ok) throw new Error(`The bare spine answered ${answer.status}: ${said}`);
			({ last } = JSON.parse(said) as { last: string });
			served += contactsOfARun;
			const { mails } = await vendors.look();
			if (mails !== served) throw new Error(`The bare spine sent ${mails} mails for ${served} contacts.`);
			return took;
		},
		close: vendors.close,
	};
}
