import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { pathToFileURL } from 'node:url';

interface Rollback {
	readonly rollbackTarget: (question: object) => { readonly previous: { readonly name: string } };
}
interface Template {
	readonly nodes: readonly { readonly name: string; readonly parameters: { readonly jsCode?: string } }[];
}

/** What the node *Find Previous Tag* of the template answered before the core had a rule. */
function byNode(
	root: string,
	running: string | null,
	names: readonly string[],
	bad: readonly string[],
): string {
	const template = JSON.parse(
		readFileSync(join(root, 'workflows', 'software-rollback.json'), 'utf8'),
	) as Template;
	const code = template.nodes.find(({ name }) => name === 'Find Previous Tag')?.parameters.jsCode ?? '';
	const answers: Readonly<Record<string, readonly object[]>> = {
		'Set Config': [{ release: '', issue: 'x' }],
		'Ask What Runs': [{ body: { version: running } }],
		'List Tags': [{ body: names.map((name) => ({ name })) }],
		'List Releases': bad.map((version) => ({ release: version, stage: 'rolled-back', version })),
	};
	const $ = (node: string): object => {
		const items = (answers[node] ?? []).map((json) => ({ json }));
		return { first: () => items[0] ?? { json: {} }, all: () => items };
	};
	const found = runInNewContext(`(() => { ${code} })()`, { $ }) as readonly { json: { previous: string } }[];
	return found[0]?.json.previous ?? 'nothing';
}

/** The tag a rollback goes to in the code of `root`; `asks` where it says that it cannot tell. */
export async function target(
	root: string,
	running: string | null,
	names: readonly string[],
	rolledBack: readonly string[],
): Promise<string> {
	const rule = join(root, 'core', 'release', 'tags.ts');
	if (!existsSync(rule)) return byNode(root, running, names, rolledBack);
	const { rollbackTarget } = (await import(pathToFileURL(rule).href)) as Rollback;
	try {
		const tags = names.map((name) => ({ name, commit: `commit of ${name}` }));
		return rollbackTarget({ tags, from: running, rolledBack }).previous.name;
	} catch {
		return 'asks';
	}
}
