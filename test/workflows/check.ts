import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { NodeHelpers, type INode, type INodeParameters, type INodeTypeDescription } from 'n8n-workflow';

import type { Template, TemplateNode } from './template';

const ROOT = join(__dirname, '..', '..');
const STOCK = 'n8n-nodes-base.';
const OURS = 'n8n-nodes-release-gate.';

/** Loads a node's description by full type and version; `null` if there is no such type or version. */
export type Describe = (type: string, version: number) => INodeTypeDescription | null;

const asArray = (version: number | number[]): number[] => (Array.isArray(version) ? version : [version]);

const stockTypes = (): INodeTypeDescription[] =>
	JSON.parse(
		readFileSync(join(ROOT, 'node_modules/n8n-nodes-base/dist/types/nodes.json'), 'utf8'),
	) as INodeTypeDescription[];

const ourTypes = (): INodeTypeDescription[] =>
	readdirSync(join(ROOT, 'nodes'), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.node.ts'))
		.flatMap((file) => {
			const exported = require(join(ROOT, 'nodes', file)) as Record<string, unknown>;
			return Object.values(exported)
				.filter(
					(value): value is new () => { description: INodeTypeDescription } => typeof value === 'function',
				)
				.map((Node) => new Node().description);
		});

/** Descriptions of n8n's own nodes (as built into the pinned n8n-nodes-base) and of ours (from the source). */
export function describeNodes(): Describe {
	const byType = new Map<string, INodeTypeDescription[]>();
	const add = (prefix: string, description: INodeTypeDescription) => {
		const type = prefix + description.name;
		byType.set(type, [...(byType.get(type) ?? []), description]);
	};
	stockTypes().forEach((description) => add(STOCK, description));
	ourTypes().forEach((description) => add(OURS, description));
	return (type, version) =>
		byType.get(type)?.find((description) => asArray(description.version).includes(version)) ?? null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths that are in `given` but that n8n itself drops when it resolves the parameters. */
function unknownPaths(given: unknown, resolved: unknown, path: string): string[] {
	if (Array.isArray(given)) {
		return given.flatMap((entry, index) =>
			unknownPaths(entry, Array.isArray(resolved) ? resolved[index] : undefined, `${path}[${index}]`),
		);
	}
	if (!isObject(given)) return resolved === undefined ? [path] : [];
	if (!isObject(resolved)) return [path];
	return Object.entries(given).flatMap(([key, value]) =>
		key in resolved ? unknownPaths(value, resolved[key], path ? `${path}.${key}` : key) : [`${path}.${key}`],
	);
}

/** What is wrong with a node's parameters: unknown names, values outside the options, missing required ones. */
export function parameterFindings(node: TemplateNode, description: INodeTypeDescription): string[] {
	const asNode = node as unknown as INode;
	const resolved = NodeHelpers.getNodeParameters(
		description.properties,
		node.parameters as INodeParameters,
		true,
		false,
		asNode,
		description,
	);
	const unknown = unknownPaths(node.parameters, resolved, '').map((path) => `unknown parameter '${path}'`);
	const complete = { ...asNode, parameters: resolved ?? {} };
	const issues = NodeHelpers.getNodeParametersIssues(description.properties, complete, description);
	const messages = Object.values(issues?.parameters ?? {}).flat();
	return [...unknown, ...messages];
}

/** Number of main outputs a node has on the canvas, the error output included. */
export function outputCount(node: TemplateNode, description: INodeTypeDescription): number {
	const { outputs } = description;
	const own = Array.isArray(outputs) ? outputs.length : dynamicOutputs(node, description, outputs);
	return own + (node.onError === 'continueErrorOutput' ? 1 : 0);
}

function dynamicOutputs(node: TemplateNode, description: INodeTypeDescription, expression: string): number {
	const body = /^=\{\{([\s\S]*)\}\}$/.exec(expression)?.[1];
	if (body === undefined) throw new Error(`Outputs of ${node.type} are neither a list nor an expression`);
	const parameters = NodeHelpers.getNodeParameters(
		description.properties,
		node.parameters as INodeParameters,
		true,
		false,
		node,
		description,
	);
	const evaluate = new Function('$parameter', '$nodeVersion', `return (${body});`) as (
		parameters: unknown,
		version: unknown,
	) => unknown[];
	return evaluate(parameters, node.typeVersion).length;
}

/** Connections that lead nowhere: unknown nodes, output or input indexes a node does not have. */
export function connectionFindings(template: Template, describe: Describe): string[] {
	const byName = new Map(template.nodes.map((node) => [node.name, node]));
	const findings: string[] = [];
	for (const [name, kinds] of Object.entries(template.connections)) {
		const source = byName.get(name);
		if (!source) {
			findings.push(`connections name a node '${name}' that does not exist`);
			continue;
		}
		const description = describe(source.type, source.typeVersion);
		for (const [kind, outputs] of Object.entries(kinds)) {
			if (kind !== 'main') findings.push(`'${name}' has a connection of kind '${kind}'`);
			if (description && outputs.length > outputCount(source, description)) {
				findings.push(`'${name}' connects output ${outputs.length - 1}, which it does not have`);
			}
			for (const target of outputs.flatMap((targets) => targets ?? [])) {
				if (!byName.has(target.node))
					findings.push(`'${name}' leads to '${target.node}', which does not exist`);
				if (target.index !== 0) findings.push(`'${name}' enters input ${target.index} of '${target.node}'`);
			}
		}
	}
	return findings;
}
