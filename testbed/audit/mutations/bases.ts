import type { IDataObject } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import { templateFiles } from '../../template-files';
import type { Things } from '../keys/trial';
import { SAFE } from '../safe';
import type { SpineWorkflow } from '../spine';
import { addresses, linkedSpine } from '../trial-spine';

/** A safe workflow that is mutated. */
export interface Base {
	readonly name: string;
	readonly make: () => SpineWorkflow;
	/** What comes to a workflow around a key claim; a spine has its people. */
	readonly things?: Things;
}

/** Safe spines in whose connections and nodes a mistake is made: one of each way to build. */
const MUTATED = [
	'the spine itself',
	'Anthropic by HTTP',
	'a loop over single items',
	'Code that maps',
	'Resend, retried with the key of the delivery',
	'SMS by Twilio in a loop',
	'Outlook',
	'Never Error with a rule',
] as const;

const call = (body: IDataObject): IDataObject => ({
	headers: {},
	params: {},
	query: {},
	body,
	webhookUrl: 'https://n8n.example/webhook/once',
	executionMode: 'production',
});
const event = (id: string): IDataObject =>
	call({ id, type: 'payment_intent.succeeded', data: { object: { id: `pi_${id}` } } });
const order = (orderNumber: string): IDataObject => call({ orderNumber, lines: [{ sku: 'A', quantity: 1 }] });

/** What comes to each template of `workflows/once`. */
const ONCE: Readonly<Record<string, Things>> = {
	'stripe-webhook': { items: ['1', '2'].map(event), apart: true, scope: 'stripe-events' },
	'daily-job': { items: [{ timestamp: '2026-11-20T06:00:00Z' }], scope: 'daily-job' },
	'order-to-erp': {
		items: ['17', '18'].map(order),
		apart: true,
		scope: 'orders',
		keys: ['17', '18'],
		acts: ['17', '18'].map((externalNumber) => ({ externalNumber, lines: [{ sku: 'A', quantity: 1 }] })),
	},
	'agent-tool': {
		items: ['in_1', 'in_2'].map((invoice) => ({ customer: 'cus_1', invoice, amount: 20 })),
		scope: 'refunds',
	},
};

/** The safe spines of {@link MUTATED}, the shipped spine on HubSpot, and the templates of `workflows/once`. */
export function bases(port: number): readonly Base[] {
	const { send } = addresses(port);
	const spines = MUTATED.map((name): Base => ({
		name,
		make: () => {
			const workflow = linkedSpine(port);
			for (const change of SAFE[name] ?? []) change(workflow);
			return pointed(workflow, send);
		},
	}));
	return [
		...spines,
		{ name: 'content-delivery-spine.json', make: shippedSpine },
		...Object.entries(ONCE).map(([id, things]): Base => ({
			name: `${id}.json`,
			things,
			make: () => template(id),
		})),
	];
}

const pointed = (workflow: SpineWorkflow, send: string): SpineWorkflow =>
	JSON.parse(
		JSON.stringify(workflow).replaceAll('"http://127.0.0.1/send"', JSON.stringify(send)),
	) as SpineWorkflow;

/** A template as n8n imports it. */
function template(id: string): SpineWorkflow {
	const file = templateFiles().find((one) => one.id === id);
	if (!file) throw new Error(`There is no template ${id}`);
	return JSON.parse(readFileSync(file.path, 'utf8')) as SpineWorkflow;
}

/** The spine on HubSpot: the trial has configured its spine, so the branch that does so by hand is left out. */
function shippedSpine(): SpineWorkflow {
	const text = JSON.stringify(template('content-delivery-spine')).replaceAll(
		'"content-delivery"',
		'"content"',
	);
	const workflow = JSON.parse(text) as SpineWorkflow;
	const setUp = ['Start Set-Up by Hand', 'Configure Spine', 'When Called by Another Workflow'];
	workflow.nodes = workflow.nodes.filter(({ name }) => !setUp.includes(name));
	for (const name of setUp) delete workflow.connections[name];
	return workflow;
}
