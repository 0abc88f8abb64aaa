import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventsLogin, sandboxCredentials, type SandboxCredential } from './credentials';
import { packageRoot } from './n8n/paths';
import { templateFiles } from './template-files';
import type { WorkflowFile, WorkflowNode } from './n8n/workflows';

/** Where the vendors of the templates live in the sandbox. */
export interface VendorUrls {
	readonly hubspot: string;
	readonly postmark: string;
	readonly generator: string;
	readonly alerts: string;
}

/** Real addresses in the templates' Config nodes, and the stand-in that answers in their place. */
const realAddresses: readonly (readonly [RegExp, keyof VendorUrls])[] = [
	[/https:\/\/api\.hubapi\.com/g, 'hubspot'],
	[/https:\/\/api\.postmarkapp\.com/g, 'postmark'],
	[/https:\/\/api\.openai\.com/g, 'generator'],
	[/https:\/\/slack\.com/g, 'alerts'],
];

/** A template made ready for the sandbox: known id, credentials chosen, vendors pointed at the stand-ins. */
export type ReadyTemplate = WorkflowFile & { id: string };

/**
 * Reads `workflows/` as shipped and does to them what a user does after an import: sets the addresses in the
 * Config node and chooses credentials. Ids are the file names, so that templates can refer to each other.
 */
export function readyTemplates(
	urls: VendorUrls,
	packageFolder: string = packageRoot,
): readonly ReadyTemplate[] {
	const needing = ourNodesWithHubSpot(packageFolder);
	return templateFiles().map(({ id, path }) => {
		const workflow = JSON.parse(readFileSync(path, 'utf8')) as WorkflowFile;
		const nodes = workflow.nodes.map((node) => withCredentials(pointed(node, urls), needing));
		return { ...workflow, nodes, id };
	});
}

/** Templates that serve the others, published wherever a sandbox starts: alerts, and Postmark's reports. */
export const serving = ['delivery-errors', 'provider-events'] as const;

/** Templates that name *Delivery errors* as their error workflow in their set-up. */
const alarmed = ['content-delivery-spine', 'provider-events', 'reconcile'];

/** The template with its error workflow chosen, as its set-up asks. */
export function withErrorWorkflow(template: ReadyTemplate): ReadyTemplate {
	if (!alarmed.includes(template.id)) return template;
	return { ...template, settings: { ...template.settings, errorWorkflow: 'delivery-errors' } };
}

/** Where the provider-events template takes Postmark's reports, with the sandbox's login, as Postmark is given it. */
export function eventsUrl(n8nUrl: string): string {
	const url = new URL('/webhook/release-gate/postmark-events', n8nUrl);
	[url.username, url.password] = [eventsLogin.user, eventsLogin.password];
	return url.href;
}

function pointed(node: WorkflowNode, urls: VendorUrls): WorkflowNode {
	if (node.type !== 'n8n-nodes-base.set') return node;
	const text = realAddresses.reduce(
		(current, [real, vendor]) => current.replace(real, urls[vendor]),
		// The stand-ins take any number a minute, unless a scenario says otherwise.
		JSON.stringify(node.parameters).replace(
			/("name":"(?:texts|emails)PerMinute","value":)\d+/g,
			(_all, name: string) => `${name}24000`,
		),
	);
	return { ...node, parameters: JSON.parse(text) as Record<string, unknown> };
}

function withCredentials(node: WorkflowNode, needing: ReturnType<typeof ourNodesWithHubSpot>): WorkflowNode {
	const chosen = needing.get(node.type)?.(node) ? sandboxCredentials.hubspot : stockCredential(node);
	if (!chosen) return node;
	return { ...node, credentials: { [chosen.type]: { id: chosen.id, name: chosen.name } } };
}

/** The credential of one of n8n's own nodes: by the type an HTTP request names, or by a webhook's authentication. */
function stockCredential({ type, parameters }: WorkflowNode): SandboxCredential | undefined {
	if (type === 'n8n-nodes-base.webhook')
		return { basicAuth: sandboxCredentials.events, headerAuth: sandboxCredentials.pipeline }[
			String(parameters.authentication)
		];
	return Object.values<SandboxCredential>(sandboxCredentials).find(
		(credential) => credential.type === parameters.nodeCredentialType,
	);
}

interface BuiltCredential {
	name: string;
	displayOptions?: { show?: Record<string, readonly unknown[]> };
}

/** Our nodes that take a HubSpot credential, as built, by full type name: whether one set up like this shows it. */
function ourNodesWithHubSpot(packageFolder: string): ReadonlyMap<string, (node: WorkflowNode) => boolean> {
	const file = join(packageFolder, 'dist', 'types', 'nodes.json');
	const built = JSON.parse(readFileSync(file, 'utf8')) as { name: string; credentials?: BuiltCredential[] }[];
	return new Map(
		built.flatMap(({ name, credentials = [] }) => {
			const slot = credentials.find((credential) => credential.name === sandboxCredentials.hubspot.type);
			if (!slot) return [];
			const conditions = Object.entries(slot.displayOptions?.show ?? {});
			const shown = ({ parameters }: WorkflowNode): boolean =>
				conditions.every(
					([key, values]) => parameters[key] === undefined || values.includes(parameters[key]),
				);
			return [[`n8n-nodes-release-gate.${name}`, shown] as const];
		}),
	);
}
