import { connect, node, post, spine, type SpineWorkflow } from './spine';

/** Addresses of the outside world: one port, one host per role (`STAND_INS`). */
export const addresses = (
	port: number,
): { readonly send: string; readonly write: string; readonly crm: string } => ({
	send: `http://127.0.0.1:${port}/send`,
	write: `http://127.0.0.2:${port}/write`,
	crm: `http://127.0.0.3:${port}/contact`,
});

/** The spine with generation over HTTP in both branches, so that it can fail, and replaces each item as vendors do. */
export function trialSpine(port: number): SpineWorkflow {
	const workflow = spine(port);
	const { write } = addresses(port);
	const places = new Map(workflow.nodes.map(({ name, position }) => [name, position]));
	workflow.nodes = workflow.nodes.map((one) =>
		one.name === 'Write text' || one.name === 'Write rehearsal'
			? post(one.name, write, { position: places.get(one.name) ?? [0, 0] })
			: one,
	);
	workflow.nodes.push(node('Fail rehearsal', 'deliveryCommit', { operation: 'fail' }));
	const failures = connect([
		['Write text', 1, 'Fail delivery'],
		['Write rehearsal', 1, 'Fail rehearsal'],
	]);
	for (const [from, { main }] of Object.entries(failures)) {
		const targets = main[1] ?? [];
		const outputs = (workflow.connections[from] ??= { main: [[]] });
		outputs.main[1] = targets;
	}
	return workflow;
}

/** The address of the claimed delivery, found by item linking: vendors replace each item by their answer. */
const linked = (claim: string): string =>
	`={{ JSON.stringify({ key: $('${claim}').item.json.delivery.key, to: $('${claim}').item.json.contact.properties.email }) }}`;

/** The spine of the trial, its requests naming whom they are for by item linking, so that anything may stand between. */
export function linkedSpine(port: number): SpineWorkflow {
	const workflow = trialSpine(port);
	for (const [name, claim] of [
		['Write text', 'Claim delivery'],
		['Send email', 'Claim delivery'],
		['Write rehearsal', 'Claim rehearsal'],
	] as const) {
		const one = workflow.nodes.find((candidate) => candidate.name === name);
		if (one) one.parameters.jsonBody = linked(claim);
	}
	return workflow;
}
