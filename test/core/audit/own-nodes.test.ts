import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../../core/delivery/types';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeType, INodeTypeDescription } from 'n8n-workflow';
import { OWN_PREFIX, ownOperation } from '../../../core/audit/own-nodes';

const NODES = join(__dirname, '../../../nodes');

const descriptions = readdirSync(NODES)
	.filter((folder) => existsSync(join(NODES, folder, `${folder}.node.ts`)))
	.map((folder): INodeTypeDescription => {
		const file = require(join(NODES, folder, `${folder}.node`)) as Record<string, new () => INodeType>;
		const Type = file[folder];
		if (!Type) throw new Error(`${folder} exports no class of its name`);
		return new Type().description;
	});

interface Case {
	readonly name: string;
	readonly operation: string | undefined;
	readonly version: number;
	readonly isDefault: boolean;
	readonly outputs: number;
}

/** Number of outputs n8n gives the node with this operation: a list, or the expression evaluated as n8n does. */
function outputsOf(
	{ outputs }: INodeTypeDescription,
	operation: string | undefined,
	version: number,
): number {
	if (Array.isArray(outputs)) return outputs.length;
	const body = /^=\{\{([\s\S]*)\}\}$/.exec(outputs)?.[1] ?? '[]';
	const evaluate = new Function('$parameter', '$nodeVersion', `return (${body});`) as (
		parameters: object,
		version: number,
	) => unknown[];
	return evaluate({ operation }, version).length;
}

const cases = descriptions.flatMap((description): Case[] => {
	const chosen = description.properties.filter(({ name }) => name === 'operation');
	const operations = chosen.flatMap(({ options, default: byDefault }) =>
		(options ?? []).flatMap((option) =>
			'value' in option ? [{ value: String(option.value), isDefault: option.value === byDefault }] : [],
		),
	);
	const list = operations.length === 0 ? [{ value: undefined, isDefault: true }] : operations;
	return [description.version].flat().flatMap((version) =>
		list.map(({ value, isDefault }) => ({
			name: description.name,
			operation: value,
			version,
			isDefault,
			outputs: outputsOf(description, value, version),
		})),
	);
});

describe('what the audit knows of our nodes', () => {
	it.each(cases)(
		'$name, $operation: known, with the outputs it has in version $version',
		({ name, operation, version, isDefault, outputs }) => {
			const type = OWN_PREFIX + name;
			const parameters: JsonObject = operation === undefined ? {} : { operation };
			const known = ownOperation({ type, typeVersion: version, parameters });
			expect(known?.outputs).toBe(outputs);
			// An export that names no operation means the node's default.
			if (isDefault) expect(ownOperation({ type, typeVersion: version, parameters: {} })).toEqual(known);
		},
	);
});
