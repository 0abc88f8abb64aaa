/** Vendor whose stand-in holds a call back. */
export type Vendor = 'hubspot' | 'generator' | 'postmark';

/** Where n8n is struck. */
export type Point =
	/** Between two nodes: the engine is held back before (or after) this one. */
	| {
			readonly at: 'node';
			readonly workflow: string;
			readonly node: string;
			readonly when: 'before' | 'after';
	  }
	/** Some milliseconds after the node began, at a time chosen by the seed: in the middle of its work. */
	| { readonly at: 'within'; readonly workflow: string; readonly node: string }
	/** While a vendor holds a call back: `before` applying it, `after` applying it, or it is `lost` on its way. */
	| {
			readonly at: 'call';
			readonly vendor: Vendor;
			readonly method: string;
			readonly path: string;
			readonly when: 'before' | 'after' | 'lost';
			readonly nth: number;
	  };

/** What has to go wrong first, so that the point is reached at all. */
export type Preparation = 'none' | 'doubt' | 'generation-fails' | 'text-unfit' | 'backlog';

/** One kill point of the templates. */
export interface KillPoint {
	readonly id: string;
	readonly point: Point;
	readonly preparation: Preparation;
}

const spine = 'content-delivery-spine';
const reconcile = 'reconcile';

const between = (workflow: string, node: string, preparation: Preparation = 'none'): KillPoint[] => [
	{ id: `before "${node}"`, point: { at: 'node', workflow, node, when: 'before' }, preparation },
	{ id: `within "${node}"`, point: { at: 'within', workflow, node }, preparation },
];

const last = (workflow: string, node: string, preparation: Preparation = 'none'): KillPoint => ({
	id: `after "${node}"`,
	point: { at: 'node', workflow, node, when: 'after' },
	preparation,
});

const call = (
	vendor: Vendor,
	method: string,
	path: string,
	name: string,
	nth = 1,
	preparation: Preparation = 'none',
): KillPoint[] =>
	(['before', 'after'] as const).map((when) => ({
		id: `${name}, ${when === 'before' ? 'asked' : 'done, not answered'}`,
		point: { at: 'call', vendor, method, path, when, nth },
		preparation,
	}));

const sent = (nth: number): KillPoint[] => [
	...call('postmark', 'POST', '/email', `Postmark email ${nth}`, nth),
	{
		id: `Postmark email ${nth}, lost on its way`,
		point: { at: 'call', vendor: 'postmark', method: 'POST', path: '/email', when: 'lost', nth },
		preparation: 'none',
	},
];

/** Contacts that become due for each kill; the calls above number up to this. */
export const contactsPerKill = 5;

/** Every step of the spine and of reconcile: between any two nodes, within each, and around each call. */
export const killPoints: readonly KillPoint[] = [
	...['Get Due Deliveries', 'Route Deliveries', 'Claim Delivery', 'Generate Text', 'Is Text Unfit?'].flatMap(
		(node) => between(spine, node),
	),
	...['Confirm Before Send', 'Send Email', 'Commit Delivery'].flatMap((node) => between(spine, node)),
	last(spine, 'Commit Delivery'),
	...between(spine, 'Return Count'),
	...call('hubspot', 'POST', '/search', 'HubSpot search'),
	...call('hubspot', 'POST', '/batch/read', 'HubSpot read'),
	...call('generator', 'POST', '/chat/completions', 'generation 1'),
	...call('generator', 'POST', '/chat/completions', `generation ${contactsPerKill}`, contactsPerKill),
	...sent(1),
	...sent(3),
	...sent(contactsPerKill),
	...call('hubspot', 'POST', '/batch/update', 'HubSpot write'),
	...between(spine, 'Record Failed Generation', 'generation-fails'),
	...between(spine, 'Record Unfit Text', 'text-unfit'),
	...between(spine, 'Record Failed Send', 'doubt'),
	last(spine, 'Record Failed Send', 'doubt'),
	...['Sweep Spine', 'List Deliveries in Doubt', 'Ask Postmark', 'Settle by Answer'].flatMap((node) =>
		between(reconcile, node, 'doubt'),
	),
	last(reconcile, 'Settle by Answer', 'doubt'),
	...call('postmark', 'GET', '/messages/outbound', 'Postmark search', 1, 'doubt'),
	...between(reconcile, 'Flush Outbox'),
	...call('hubspot', 'POST', '/batch/update', 'HubSpot write by reconcile', 1, 'backlog'),
];

/** Nodes that make a call: the process that runs them is the one at the kill point. */
export function callersOf(vendor: Vendor, method: string, path: string): readonly string[] {
	if (vendor === 'generator') return ['Generate Text'];
	if (vendor === 'postmark') return [method === 'GET' ? 'Ask Postmark' : 'Send Email'];
	return path === '/batch/update' ? ['Flush Outbox', 'Commit Delivery'] : ['Get Due Deliveries'];
}
