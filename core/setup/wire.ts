import type { Json, JsonObject } from '../delivery/types';
import { errorTemplate, isAlarmed, typesAsked } from './sets';
import type { SetupNode, SetupWorkflow, Template, Wiring } from './types';

const CONFIGURE = 'Configure Spine';

/** Credential of the node that mails, where the others tell a channel. */
const MAIL = 'smtp';

/** How the templates name the address of the n8n they run in, and their spine. */
const SHIPPED_ADDRESS = 'http://localhost:5678';
const SHIPPED_SPINE = 'content-delivery';

/** Fields that hold the id of a workflow, in a Config node or in what one workflow hands to another. */
const CALLS = /(?:Workflow|Stage)$/;

const isObject = (value: unknown): value is JsonObject =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** A text in which the id of a template stands alone or in quotes, with the id of its workflow instead. */
function called(text: string, ids: Wiring['ids']): string {
	const whole = ids[text];
	if (whole !== undefined) return whole;
	return text.replace(/'([a-z][a-z-]*)'/g, (quoted, id: string) => {
		const own = ids[id];
		return own === undefined ? quoted : `'${own}'`;
	});
}

/** The address of n8n in a text: its API as n8n reaches it, anything else as people reach it. */
const addressed = (text: string, { insideUrl, outsideUrl }: Wiring): string =>
	text.startsWith(`${SHIPPED_ADDRESS}/api/`)
		? insideUrl + text.slice(SHIPPED_ADDRESS.length)
		: text.startsWith(SHIPPED_ADDRESS)
			? outsideUrl + text.slice(SHIPPED_ADDRESS.length)
			: text;

const spineIn = (text: string, spine: string): string =>
	text === SHIPPED_SPINE ? spine : text.replaceAll(`'${SHIPPED_SPINE}'`, `'${spine}'`);

function assigned(assignment: Json, wiring: Wiring): Json {
	if (!isObject(assignment)) return assignment;
	const { name, value } = assignment;
	if (typeof name !== 'string') return assignment;
	const chosen = wiring.config[name];
	if (chosen !== undefined) return { ...assignment, value: chosen };
	if (typeof value !== 'string') return assignment;
	const own = CALLS.test(name) ? called(value, wiring.ids) : spineIn(addressed(value, wiring), wiring.spine);
	return own === value ? assignment : { ...assignment, value: own };
}

function configured(parameters: JsonObject, wiring: Wiring): JsonObject {
	const list = isObject(parameters.assignments) ? parameters.assignments.assignments : undefined;
	const assignments: JsonObject = Array.isArray(list)
		? { assignments: { assignments: (list as readonly Json[]).map((one) => assigned(one, wiring)) } }
		: {};
	const output: JsonObject =
		typeof parameters.jsonOutput === 'string'
			? {
					jsonOutput: parameters.jsonOutput.replace(
						/(\w+): '([a-z][a-z-]*)'/g,
						(whole, key: string, id: string) =>
							CALLS.test(key) && wiring.ids[id] !== undefined ? `${key}: '${wiring.ids[id]}'` : whole,
					),
				}
			: {};
	return { ...parameters, ...assignments, ...output };
}

function parametersOf({ type, name, parameters }: SetupNode, wiring: Wiring): JsonObject {
	if (type === 'n8n-nodes-base.set') return configured(parameters, wiring);
	if (type === 'n8n-nodes-base.executeWorkflow' && isObject(parameters.workflowId)) {
		const { value } = parameters.workflowId;
		const own = typeof value === 'string' ? wiring.ids[value] : undefined;
		return own === undefined
			? parameters
			: { ...parameters, workflowId: { ...parameters.workflowId, value: own } };
	}
	if (type.startsWith('n8n-nodes-release-gate.') && parameters.spine === SHIPPED_SPINE)
		return {
			...parameters,
			spine: wiring.spine,
			...(name === CONFIGURE ? wiring.configure : {}),
		};
	return parameters;
}

function credentialsOf(node: SetupNode, { slots, credentials }: Wiring): JsonObject | undefined {
	const chosen = typesAsked(node, slots).flatMap(({ name }) => {
		const ref = credentials[name];
		return ref === undefined ? [] : [[name, { id: ref.id, name: ref.name }] as const];
	});
	if (chosen.length === 0) return node.credentials;
	return { ...node.credentials, ...Object.fromEntries(chosen) };
}

function wiredNode(node: SetupNode, wiring: Wiring): SetupNode {
	const parameters = parametersOf(node, wiring);
	const credentials = credentialsOf({ ...node, parameters }, wiring);
	// Mail goes out by the channel or by mail: a node that nobody gave a key keeps its workflow from being published.
	const mute = typesAsked(node, wiring.slots).some(
		({ name }) => name === MAIL && credentials?.[name] === undefined,
	);
	return {
		...node,
		parameters,
		...(credentials === undefined ? {} : { credentials }),
		...(mute ? { disabled: true } : {}),
	};
}

/**
 * A template as it stands in one installation: sub-workflows, error workflow, credentials, addresses, the spine and its
 * settings chosen. Pure: the same template and wiring give the same workflow, so that an upgrade can tell what a person
 * changed from what was chosen at set-up.
 */
export function wired({ id, workflow }: Template, wiring: Wiring): SetupWorkflow {
	const errors = isAlarmed(id) ? wiring.ids[errorTemplate] : undefined;
	return {
		name: workflow.name,
		nodes: workflow.nodes.map((node) => wiredNode(node, wiring)),
		connections: workflow.connections,
		settings: { ...workflow.settings, ...(errors === undefined ? {} : { errorWorkflow: errors }) },
	};
}
