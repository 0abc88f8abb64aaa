import { readFileSync } from 'node:fs';
import { templatesRoot } from '../../testbed/n8n/paths';
import type { Session } from '../../testbed/n8n/session';
import type { InstanceSettings } from '../../testbed/n8n/settings';
import { templateFiles } from '../../testbed/template-files';
import type { WorkflowFile } from '../../testbed/n8n/workflows';

/** Imports every template by n8n's own command, a folder at a time. */
export async function importTemplates(
	settings: InstanceSettings,
	run: (settings: InstanceSettings, args: readonly string[]) => Promise<string>,
): Promise<void> {
	for (const set of new Set(templateFiles().map((file) => file.set)))
		await run(settings, ['import:workflow', '--separate', `--input=${templatesRoot}/${set}`]);
}

/** How many workflows there are; throws unless these are all templates. */
export async function countTemplates(session: Session): Promise<string> {
	const { count } = await session.call('GET', '/rest/workflows?take=200');
	const all = templateFiles().length;
	if (count !== all) throw new Error(`${String(count)} of ${all} templates imported`);
	return String(all);
}

interface RuleResult {
	readonly ruleTitle: string;
	readonly nbAffectedWorkflows: number;
}

/**
 * What n8n's own report on the changes of version 3 says of the workflows: that none is affected, and by how many of its
 * instance-wide rules the installation is. Throws with the rules that find something in a workflow. `null` where this n8n has
 * no such report.
 */
export async function reportOnVersion3(session: Session): Promise<string | null> {
	let answer: Readonly<Record<string, unknown>>;
	try {
		answer = await session.call('POST', '/rest/breaking-changes/report/refresh?version=v3');
	} catch (problem) {
		if (/ answered (400|404) /.test(String(problem))) return null;
		throw problem;
	}
	const { totalWorkflows, report } = answer.data as {
		totalWorkflows: number;
		report: { targetVersion: string; workflowResults: readonly RuleResult[] };
	};
	// Older versions report on version 2, whatever they are asked.
	if (report.targetVersion !== 'v3') return null;
	if (totalWorkflows !== templateFiles().length)
		throw new Error(`the report is of ${totalWorkflows} workflows, not of all templates`);
	const found = report.workflowResults.filter(({ nbAffectedWorkflows }) => nbAffectedWorkflows > 0);
	if (found.length > 0)
		throw new Error(found.map((one) => `${one.ruleTitle}: ${one.nbAffectedWorkflows} workflows`).join('; '));
	return `none of ${totalWorkflows} templates is affected`;
}

interface NodeType {
	readonly name: string;
	readonly version: number | readonly number[];
}

/** Versions by full type. */
export type NodeVersions = Readonly<Record<string, readonly number[]>>;

/** What n8n's nodes lack of the versions the templates use, and the versions each node has. */
export interface Lacking {
	readonly missing: Readonly<Record<string, readonly string[]>>;
	/** The versions of each of n8n's own nodes, ascending. */
	readonly versions: NodeVersions;
}

/** Compares the templates with the node types this n8n tells its editor of. */
export async function missingVersions(session: Session): Promise<Lacking> {
	const types = (await session.call('GET', '/types/nodes.json')) as unknown as readonly NodeType[];
	const known = new Map<string, Set<number>>();
	for (const { name, version } of types) {
		const versions = known.get(name) ?? new Set<number>();
		for (const one of [version].flat()) versions.add(one);
		known.set(name, versions);
	}
	const versions = Object.fromEntries(
		[...known]
			.filter(([name]) => name.startsWith('n8n-nodes-base.'))
			.map(([name, all]) => [name, [...all].sort((a, b) => a - b)] as const)
			.sort(([a], [b]) => (a < b ? -1 : 1)),
	);
	return { missing: missingOf(versions), versions };
}

/** Versions of n8n's own nodes that templates use and these do not have: the node with its version, and the templates. */
export function missingOf(versions: NodeVersions): Readonly<Record<string, readonly string[]>> {
	const missing: Record<string, string[]> = {};
	for (const { id, path } of templateFiles())
		for (const { type, typeVersion } of (JSON.parse(readFileSync(path, 'utf8')) as WorkflowFile).nodes) {
			if (!type.startsWith('n8n-nodes-base.') || versions[type]?.includes(typeVersion)) continue;
			const users = (missing[`${type} ${typeVersion}`] ??= []);
			if (!users.includes(id)) users.push(id);
		}
	return missing;
}
