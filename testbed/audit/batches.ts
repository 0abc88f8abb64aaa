import { BASE, find, insert, link, node, set } from './edit';
import { post, spine, type SpineNode, type SpineWorkflow } from './spine';

/** A change to a workflow. */
export type Change = (workflow: SpineWorkflow) => void;

/** Whom each message of {@link inBatches} is for. */
export const EMAIL = "$('Claim delivery').item.json.contact.properties.email";
/** Include Response Headers and Status. */
export const WHOLE = { response: { response: { fullResponse: true } } };
/** Where Postmark takes batches. */
export const BATCH = 'https://api.postmarkapp.com/email/batch';

/** The spine with a second send behind its confirmation, for batches; single ones go by the first. */
export function inBatches(...changes: readonly Change[]): SpineWorkflow {
	const workflow = spine();
	set('Confirm before send', { batches: true, perCall: 500, message: `={{ { To: ${EMAIL} } }}` })(workflow);
	set('Send email', { url: 'https://api.postmarkapp.com/email' })(workflow);
	for (const name of ['Commit delivery', 'Commit rehearsal'])
		Object.assign(find(workflow, name), {
			typeVersion: 2,
			parameters: { operation: 'commit', provider: 'postmark' },
		});
	const send = post('Send batch', BATCH);
	Object.assign(send.parameters, { jsonBody: '={{ $json.messages }}', options: WHOLE });
	workflow.nodes.push(send);
	link(workflow, 'Confirm before send', 3, 'Send batch');
	link(workflow, 'Send batch', 0, 'Commit delivery');
	link(workflow, 'Send batch', 1, 'Fail delivery');
	for (const change of changes) change(workflow);
	return workflow;
}

/** Other parameters of the send of batches. */
export const batchOf = (parameters: Record<string, unknown>): Change => set('Send batch', parameters);
/** A node in place of the connection from the confirmation to the send of batches. */
export const between =
	(added: SpineNode): Change =>
	(workflow) =>
		insert(workflow, 'Confirm before send', 3, added);
/** A node in place of the connection from the send of batches to its commit. */
export const behind =
	(added: SpineNode): Change =>
	(workflow) =>
		insert(workflow, 'Send batch', 0, added);
/** Edit Fields that sets one field and keeps the others. */
export const fields = (name: string, field: string, value: string): SpineNode =>
	node(
		name,
		`${BASE}set`,
		{
			assignments: { assignments: [{ id: '1', name: field, type: 'array', value }] },
			includeOtherFields: true,
			options: {},
		},
		{},
		3.4,
	);
/** A node of n8n-nodes-base. */
export const base = (
	name: string,
	type: string,
	parameters: Record<string, unknown>,
	version: number,
): SpineNode => node(name, `${BASE}${type}`, parameters, {}, version);
