import { readFileSync } from 'node:fs';
import { templateFiles as files, templatePath } from '../../testbed/template-files';

/** One node of an exported workflow, as far as a plain export has it. */
export interface TemplateNode {
	readonly name: string;
	readonly type: string;
	readonly typeVersion: number;
	readonly position: readonly [number, number];
	readonly parameters: Readonly<Record<string, unknown>>;
	readonly onError?: string;
	readonly retryOnFail?: boolean;
	readonly alwaysOutputData?: boolean;
	readonly disabled?: boolean;
	readonly [other: string]: unknown;
}

/** One end of a connection. */
export interface TemplateLink {
	readonly node: string;
	readonly type: string;
	readonly index: number;
}

/** An exported workflow. */
export interface Template {
	readonly name: string;
	readonly nodes: readonly TemplateNode[];
	readonly connections: Readonly<
		Record<string, Readonly<Record<string, ReadonlyArray<readonly TemplateLink[] | null>>>>
	>;
	readonly settings: Readonly<Record<string, unknown>>;
	readonly active?: boolean;
	readonly [other: string]: unknown;
}

/** File names of all templates. */
export const templateFiles = (): readonly string[] => files().map(({ id }) => `${id}.json`);

/** Reads one template by file name, e.g. `content-delivery-spine.json`. */
export const readTemplate = (file: string): Template =>
	JSON.parse(readFileSync(templatePath(file.replace(/\.json$/, '')), 'utf8')) as Template;

/** The node called `name`; throws if the template has none. */
export function nodeOf(template: Template, name: string): TemplateNode {
	const node = template.nodes.find((candidate) => candidate.name === name);
	if (!node) throw new Error(`${template.name} has no node '${name}'`);
	return node;
}

/** Names of the nodes that output `output` of `name` leads to. */
export const targetsOf = (template: Template, name: string, output: number): readonly string[] =>
	(template.connections[name]?.main?.[output] ?? []).map((link) => link.node);
