import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { target } from './old-rollback';

/** One defect of the review, asked of the code as it was and as it is. */
export interface Question {
	readonly row: string;
	/** What is asked, in words. */
	readonly asks: string;
	/** The right answer, by PostgreSQL, RFC 5545, semver.org or plain reckoning. */
	readonly right: string;
	/** The answer of the code in `root`, as text. */
	readonly ask: (root: string) => Promise<string>;
}

type Call = (...given: readonly unknown[]) => unknown;
type Module = Readonly<Record<string, Call | undefined>>;
const load = async (root: string, path: string): Promise<Module> =>
	(await import(pathToFileURL(join(root, path)).href)) as Module;

/** A function of the code in `root`; the answer is an error where that code has none. */
export async function of(root: string, path: string, name: string): Promise<Call> {
	const found = (await load(root, path))[name];
	if (!found) throw new Error(`${path} has no ${name}`);
	return found;
}

const lint =
	(sql: string) =>
	async (root: string): Promise<string> => {
		const { postgresParser: parser } = (await load(root, 'adapters/sql/parser.ts')) as unknown as {
			readonly postgresParser: { readonly parse: (sql: string) => Promise<unknown> };
		};
		const findings = await of(root, 'core/release/sql/lint.ts', 'lintMigration');
		const verdict = await of(root, 'core/release/sql/lint.ts', 'migrationVerdict');
		return (verdict(findings(await parser.parse(sql))) as { readonly status: string }).status;
	};
/** What the lint says of a migration. */
export const lints = (row: string, sql: string, right: string): Question => ({
	row,
	asks: `the lint on \`${sql}\``,
	right,
	ask: lint(sql),
});

interface Stretch {
	readonly from: number;
	readonly to: number;
}
interface Asked {
	readonly start: string;
	readonly rule: string;
	readonly duration?: string;
	readonly timeZone?: string;
}
const windowOf = ({ start, rule, duration = 'PT2H', timeZone = 'Europe/Berlin' }: Asked): object => ({
	...{ name: 'w', start, rule, duration, timeZone },
});
const iso = (instant: number): string => new Date(instant).toISOString().slice(0, 16);
/** The answer of the code's windows, told by `tell`. */
export const window =
	(asked: Asked, from: string, to: string, tell: (list: readonly Stretch[]) => string) =>
	async (root: string): Promise<string> => {
		const stretches = await of(root, 'core/release/windows.ts', 'stretches');
		return tell(stretches(windowOf(asked), Date.parse(from), Date.parse(to)) as readonly Stretch[]);
	};
const starts = (list: readonly Stretch[]): string => list.map(({ from }) => iso(from)).join(' ') || 'never';
/** The same as a question. */
export const windows = (
	row: string,
	asks: string,
	right: string,
	asked: Asked,
	[from, to]: readonly [string, string],
	tell = starts,
): Question => ({ row, asks, right, ask: window(asked, from, to, tell) });

/** Whether the policy's own schema takes a window. */
const defined =
	(rule: string) =>
	async (root: string): Promise<string> => {
		const { windowSchema, policySchema } = (await load(
			root,
			'core/release/policy/schema.ts',
		)) as unknown as Record<
			string,
			{ readonly safeParse: (value: unknown) => { readonly success: boolean } } | undefined
		>;
		const schema = windowSchema ?? policySchema;
		const asked = windowOf({ start: '2026-01-02T14:00', rule });
		if (schema === windowSchema && schema) return schema.safeParse(asked).success ? 'stored' : 'refused';
		const { presetPolicy } = (await load(root, 'core/release/policy/override.ts')) as unknown as {
			readonly presetPolicy: (name: string) => { readonly windows: object };
		};
		const policy = presetPolicy('weekly-software-release');
		const read = policySchema?.safeParse({ ...policy, windows: { ...policy.windows, deny: [asked] } });
		return read?.success === true ? 'stored' : 'refused';
	};
/** Whether a policy takes a freeze that nobody can read. */
export const stores = (rule: string): Question => ({
	row: 'D4',
	asks: `a freeze of \`${rule}\` in a policy`,
	right: 'refused',
	ask: defined(rule),
});

/** Failed sends of every hundredth, then of every twentieth: how many of the latter until the rate is called intolerable. */
export async function untilFound(root: string, good: number): Promise<string> {
	const plan = { p0: 0.01, p1: 0.05, alpha: 0.01, beta: 0.05 };
	const now = await of(root, 'core/stability/change.ts', 'changeOf').catch(() => null);
	const once = await of(root, 'core/stability/sequential.ts', 'sequentialTest');
	let [bad, memory] = [0, null as unknown];
	const before = Math.floor(good / 100);
	for (let sent = 1; sent <= 5000; sent += 1) {
		bad += sent % 20 === 0 ? 1 : 0;
		if (!now && (once(plan, before + bad, good + sent) as { verdict: string }).verdict === 'intolerable')
			return String(sent);
		if (!now) continue;
		const slots = [...(good > 0 ? [{ bad: before, total: good }] : []), { bad, total: sent }];
		const found = now(plan, slots, memory, 2 * Math.max(good, sent)) as { rose: unknown; memory: unknown };
		if (found.rose !== null) return String(sent);
		memory = found.memory;
	}
	return 'not within 5000';
}

const PROMPT = (prompt: string): object => ({
	name: 'w',
	nodes: [
		{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} },
		{
			name: 'Set Config',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [1, 0],
			parameters: {
				assignments: { assignments: [{ id: 'a', name: 'prompt', type: 'string', value: prompt }] },
			},
		},
		{
			name: 'Ask',
			type: '@n8n/n8n-nodes-langchain.openAi',
			typeVersion: 1.8,
			position: [2, 0],
			parameters: { messages: { values: [{ content: "={{ $('Set Config').first().json.prompt }}" }] } },
		},
	],
	connections: {
		Start: { main: [[{ node: 'Set Config', type: 'main', index: 0 }]] },
		'Set Config': { main: [[{ node: 'Ask', type: 'main', index: 0 }]] },
	},
	settings: {},
});
/** The surfaces of a change of a prompt in Set Config. */
export async function surfaces(root: string): Promise<string> {
	const parse = await of(root, 'core/audit/index.ts', 'parseWorkflow');
	const diff = await of(root, 'core/release/diff/workflow.ts', 'diffWorkflows');
	const changes = diff(parse(PROMPT('Be kind.'), 'w'), parse(PROMPT('Be kinder.'), 'w')) as readonly {
		readonly surface: string;
	}[];
	return [...new Set(changes.map(({ surface }) => surface))].sort().join(', ');
}

/** Where a rollback goes: the core's rule, or what stood in a node of the template before there was one. */
const goesTo =
	(running: string | null, names: readonly string[], rolledBack: readonly string[] = []) =>
	async (root: string): Promise<string> => {
		return await target(root, running, names, rolledBack);
	};
/** Where a rollback goes, as a question. */
export const rolls = (
	asks: string,
	right: string,
	...given: readonly [string | null, readonly string[], (readonly string[])?]
): Question => ({ row: 'D8', asks, right, ask: goesTo(...given) });
