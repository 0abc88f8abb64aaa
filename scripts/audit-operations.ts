import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes `core/audit/catalogue/operations.json` from the installed n8n-nodes-base: which node types start a
 * workflow, and which resource and operation a node has when its export names none (n8n drops defaults).
 * Run again after n8n-nodes-base is upgraded: `npx tsx scripts/audit-operations.ts`.
 */
interface Property {
	readonly name: string;
	readonly default?: unknown;
	readonly displayOptions?: { readonly show?: Readonly<Record<string, readonly unknown[]>> };
}
interface Description {
	readonly name: string;
	readonly version: number | readonly number[];
	readonly group?: readonly string[];
	readonly properties: readonly Property[];
}

const ROOT = join(__dirname, '..');
const BASE = join(ROOT, 'node_modules/n8n-nodes-base');
const types = JSON.parse(readFileSync(join(BASE, 'dist/types/nodes.json'), 'utf8')) as readonly Description[];
const { version } = JSON.parse(readFileSync(join(BASE, 'package.json'), 'utf8')) as { version: string };

const triggers = new Set<string>();
const defaults: Record<
	string,
	{ versions: number[]; resource?: string; operations: Record<string, string> }[]
> = {};
for (const type of types) {
	const name = `n8n-nodes-base.${type.name}`;
	if (type.group?.includes('trigger')) triggers.add(name);
	const text = (property: Property): string | undefined =>
		typeof property.default === 'string' && property.default !== '' ? property.default : undefined;
	const resource = type.properties.filter(({ name: key }) => key === 'resource').map(text)[0];
	const operations: Record<string, string> = {};
	for (const property of type.properties.filter(({ name: key }) => key === 'operation')) {
		const value = text(property);
		if (value === undefined) continue;
		for (const of of property.displayOptions?.show?.resource ?? ['*']) operations[String(of)] ??= value;
	}
	if (Object.keys(operations).length === 0) continue;
	(defaults[name] ??= []).push({
		versions: typeof type.version === 'number' ? [type.version] : [...type.version],
		...(resource === undefined ? {} : { resource }),
		operations,
	});
}

const file = join(ROOT, 'core/audit/catalogue/operations.json');
writeFileSync(
	file,
	`${JSON.stringify({ source: `n8n-nodes-base ${version}`, triggers: [...triggers].sort(), defaults }, null, '\t')}\n`,
);
console.log(`${file}: ${triggers.size} triggers, defaults of ${Object.keys(defaults).length} node types`);
