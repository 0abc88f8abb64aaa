import type { CredentialSlot, CredentialSlots, SetupNode, SetupWorkflow, Template } from './types';

/** Names of the sets that can be installed. */
export const setNames = ['delivery', 'release', 'train', 'once'] as const;
export type SetName = (typeof setNames)[number];

/** The spine of the delivery set; the two others deliver from a sheet and a table, and are imported by hand. */
export const spineTemplate = 'content-delivery-spine';
export const rehearsalTemplate = 'dry-run';
export const errorTemplate = 'delivery-errors';

/** Spines of their own, with other sources than the spine of the set. */
const otherSpines: readonly string[] = ['sheet-delivery', 'table-delivery'];

/**
 * What runs as soon as it is installed. The spine itself is published once its rehearsal passed; the train and `once` wait
 * for somebody to choose repository, hosts and tables. Those called by others come first: n8n publishes no caller of an
 * unpublished workflow, and runs none.
 */
const inService: readonly string[] = [
	errorTemplate,
	rehearsalTemplate,
	'reconcile',
	'provider-events',
	'nightly-audit',
	'doctor',
	'watch-workflows',
	'service-levels',
	'rollback',
	'gate-readings',
	'ship-when-ready',
	'tell-people',
	'stabilization-monitor',
	'release-a-change',
	'approve-a-change',
	'roll-back-a-release',
	'hotfix-account',
	'release-report',
	'act-on-a-spine',
	'desk',
];

/** Templates whose failed runs *Delivery errors* tells about. */
const alarmed: readonly string[] = [
	spineTemplate,
	'provider-events',
	'reconcile',
	'rollback',
	'ship-when-ready',
	'stabilization-monitor',
];

/** The templates of the sets asked for, in the order in which they are installed. */
export function templatesOf(all: readonly Template[], sets: readonly string[]): readonly Template[] {
	return all.filter(({ id, set }) => sets.includes(set) && !otherSpines.includes(id));
}

/** Which of these templates are published with the set-up, called ones before their callers. */
export const publishedOf = (templates: readonly Template[]): readonly Template[] =>
	inService.flatMap((id) => templates.find((template) => template.id === id) ?? []);

export const isAlarmed = (template: string): boolean => alarmed.includes(template);

/**
 * Nodes of a workflow that have no credential where they need one, with its type. n8n publishes no workflow in which one is
 * missing (`validateWorkflowCredentials`, n8n 2.40).
 */
export function missingCredentials({ nodes }: SetupWorkflow, slots: CredentialSlots): readonly string[] {
	const wanted = nodes
		.filter(({ disabled }) => disabled !== true)
		.flatMap((node) =>
			typesAsked(node, slots)
				.filter(({ name, required }) => required === true && node.credentials?.[name] === undefined)
				.map(({ name }) => `${node.name} (${name})`),
		);
	return [...new Set(wanted)];
}

/** Whether a node with these parameters shows the slot. A parameter that is not stored has its default, which is shown. */
const shows = ({ show }: CredentialSlot, { parameters }: SetupNode): boolean =>
	Object.entries(show ?? {}).every(
		([key, values]) =>
			key.startsWith('@') || parameters[key] === undefined || values.includes(parameters[key]),
	);

/** The credentials that a node takes as it is set up. */
export function typesAsked(node: SetupNode, slots: CredentialSlots): readonly CredentialSlot[] {
	const { type, parameters } = node;
	if (type === 'n8n-nodes-base.httpRequest')
		return parameters.authentication === 'predefinedCredentialType' &&
			typeof parameters.nodeCredentialType === 'string'
			? [{ name: parameters.nodeCredentialType, required: true }]
			: [];
	if (type === 'n8n-nodes-base.webhook' || type === 'n8n-nodes-base.formTrigger') {
		const name = { basicAuth: 'httpBasicAuth', headerAuth: 'httpHeaderAuth' }[
			typeof parameters.authentication === 'string' ? parameters.authentication : ''
		];
		return name === undefined ? [] : [{ name, required: true }];
	}
	return (slots[type] ?? []).filter((slot) => shows(slot, node));
}
