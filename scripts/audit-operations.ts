import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes `core/audit/catalogue/operations.json` from the installed n8n-nodes-base and, where the test n8n is installed,
 * its langchain nodes: which node types start a workflow, which version n8n takes when an export names none, which
 * resource and operation a node has when its export names none (n8n drops defaults), and which operations say by name
 * or description that they send. Those are senders until `reviewed.ts` shows otherwise; `operations.test.ts` holds that.
 * Run again after n8n is upgraded: `npx tsx scripts/audit-operations.ts`.
 */
interface Option {
	readonly name?: string;
	readonly value?: unknown;
	readonly description?: string;
	readonly action?: string;
}
interface Property {
	readonly name: string;
	readonly default?: unknown;
	readonly options?: readonly Option[];
	readonly displayOptions?: { readonly show?: Readonly<Record<string, readonly unknown[]>> };
}
interface Description {
	readonly name: string;
	readonly description: string;
	readonly version: number | readonly number[];
	readonly defaultVersion?: number;
	readonly group?: readonly string[];
	readonly properties: readonly Property[];
}

/** Words that say that something goes out to somebody, in names, values, actions and descriptions of operations. */
const SENDS =
	/\b(re)?sen[dt](s|ing)?\b|notif|\brepl(y|ies)\b|\binvit|\bposts?\b|\bcalls?\b|broadcast|dispatch|\btweet|forward|remind|\bsms\b|announce|publish|\bcomments?\b/i;

const ROOT = join(__dirname, '..');
const PACKAGES = [
	{ prefix: 'n8n-nodes-base.', folder: join(ROOT, 'node_modules/n8n-nodes-base') },
	{
		prefix: '@n8n/n8n-nodes-langchain.',
		folder: join(ROOT, 'testbed/n8n/install/node_modules/@n8n/n8n-nodes-langchain'),
	},
];

const triggers = new Set<string>();
const latest: Record<string, number> = {};
const defaults: Record<
	string,
	{ versions: number[]; resource?: string; operations: Record<string, string> }[]
> = {};
const sending: Record<string, Set<string>> = {};
const sources: string[] = [];
const spaced = (text: string): string => text.replace(/([a-z])([A-Z])/g, '$1 $2');
const says = (parts: readonly unknown[]): boolean =>
	SENDS.test(spaced(parts.filter((part) => typeof part === 'string').join(' ')));

for (const { prefix, folder } of PACKAGES) {
	if (!existsSync(folder)) throw new Error(`${folder} is missing: install the test n8n first`);
	const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
	const { name: packageName, version } = read('package.json') as { name: string; version: string };
	sources.push(`${packageName} ${version}`);
	for (const type of read('dist/types/nodes.json') as readonly Description[]) {
		const name = prefix + type.name;
		const versions = typeof type.version === 'number' ? [type.version] : [...type.version];
		latest[name] = Math.max(latest[name] ?? 0, type.defaultVersion ?? Math.max(...versions));
		if (type.group?.includes('trigger')) {
			triggers.add(name);
			continue;
		}
		const text = (property: Property): string | undefined =>
			typeof property.default === 'string' && property.default !== '' ? property.default : undefined;
		const resource = type.properties.filter(({ name: key }) => key === 'resource').map(text)[0];
		const operations: Record<string, string> = {};
		const chosen = type.properties.filter(({ name: key }) => key === 'operation');
		for (const property of chosen) {
			const value = text(property);
			const resources = property.displayOptions?.show?.resource ?? ['*'];
			for (const option of property.options ?? []) {
				if (typeof option.value !== 'string') continue;
				if (!says([option.name, option.value, option.description, option.action])) continue;
				const of = (sending[name] ??= new Set());
				for (const one of resources) of.add(one === '*' ? option.value : `${String(one)}.${option.value}`);
			}
			if (value === undefined) continue;
			for (const of of resources) operations[String(of)] ??= value;
		}
		if (chosen.length === 0 && says([type.description])) (sending[name] ??= new Set()).add('*');
		if (Object.keys(operations).length === 0) continue;
		(defaults[name] ??= []).push({ versions, ...(resource === undefined ? {} : { resource }), operations });
	}
}

const file = join(ROOT, 'core/audit/catalogue/operations.json');
const sorted = Object.fromEntries(
	Object.entries(sending)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, found]) => [name, [...found].sort()]),
);
writeFileSync(
	file,
	`${JSON.stringify({ source: sources.join(', '), triggers: [...triggers].sort(), latest, defaults, sending: sorted }, null, '\t')}\n`,
);
console.log(
	`${file}: ${triggers.size} triggers, defaults of ${Object.keys(defaults).length} node types, ${Object.values(sorted).flat().length} operations of ${Object.keys(sorted).length} types that say they send`,
);
