import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outcome, PlayedRow, Row } from './outcome';

const results = join(__dirname, 'results', 'rows.json');
/** One line of JSON, which the formatter is told to leave alone. */
const oldest = join(__dirname, 'results', 'oldest-nodes.json');
export const page = join(__dirname, '..', '..', 'docs', 'records', 'matrix.md');

const descending = (a: string, b: string): number => b.localeCompare(a, 'en', { numeric: true });

/** Rows in order of n8n's versions, the newest first; a row played again takes the place of the one before. */
function ordered(rows: readonly Row[]): readonly Row[] {
	return [...rows].sort((a, b) => descending(a.n8n, b.n8n) || descending(a.node, b.node));
}

const cell = ({ status, said }: Outcome): string =>
	status === 'passed'
		? `ok${said === '' ? '' : `: ${said}`}`
		: `**${status}**: ${said.replaceAll('|', '/').replace(/\s+/g, ' ').slice(0, 160)}`;

const lackingOf = ({ lacking }: Row): string =>
	Object.keys(lacking)
		.map((node) => node.replace('n8n-nodes-base.', ''))
		.join(', ') || 'none';

/** One row of the page. */
export function lineOf(row: Row): string {
	const { imported, sqlite, postgres, form, trigger, credentials } = row;
	const cells = [
		row.n8n,
		row.node,
		row.engine,
		...[imported, sqlite, postgres, form, trigger, credentials].map(cell),
	];
	return `| ${[...cells, lackingOf(row), row.at].join(' | ')} |`;
}

const templatesWithout = (rows: readonly Row[]): string => {
	const users = new Map<string, ReadonlySet<string>>();
	for (const { lacking } of rows)
		for (const [node, templates] of Object.entries(lacking))
			users.set(node, new Set([...(users.get(node) ?? []), ...templates]));
	if (users.size === 0) return '';
	const lines = [...users].sort().map(([node, templates]) => {
		const last = rows.find(({ lacking }) => lacking[node])?.n8n ?? '';
		return `| ${node} | ${last} | ${[...templates].sort().join(', ')} |`;
	});
	return `## What older versions lack

A template imports everywhere; it can be published where n8n has the versions of the nodes it uses.

| node and version | lacking up to, of the versions above | templates that use it |
| --- | --- | --- |
${lines.join('\n')}
`;
};

const version3Of = (rows: readonly Row[]): string => {
	const lines = rows.flatMap(({ n8n, version3 }) => (version3 ? [`- n8n ${n8n}: ${cell(version3)}`] : []));
	if (lines.length === 0) return '';
	return `
## What n8n itself says about version 3

Newer versions report what version 3 will break. Each was asked with all templates imported and nothing else.

${[...new Set(lines)].join('\n')}
`;
};

const neighboursOf = (rows: readonly Row[]): string => {
	const some = rows.filter(({ neighbours }) => neighbours.length > 0);
	if (some.length === 0) return '';
	const lines = some.map(({ n8n, neighbours }) => `- n8n ${n8n}: ${neighbours.join('; ')}`);
	return `
## What stood in

The registry lacks some versions that an n8n names; the nearest one was taken in their place. Of some libraries that an n8n names
by a range, the newest no longer loads beside the rest; an older one was taken.

${[...new Set(lines)].join('\n')}
`;
};

/** The page over all rows. */
export function pageOf(rows: readonly Row[]): string {
	return `# The versions of n8n it runs on

Written by \`npm run matrix -- <n8n> <node>\`, one row each time; nothing on this page is typed by hand.

Each row is a real n8n of that version, installed from npm in a folder of its own, with the package as \`npm pack\` makes it
unpacked into \`.n8n/nodes\`. All templates are imported with \`n8n import:workflow\`. A published spine (configure, due, route,
claim, confirm, commit, with nodes between them that replace every item) runs twice by its webhook: everybody once, then
nobody. A form opens a release, the gate holds it, and a workflow with *Release Trigger* starts on that. Each credential is
tested with what is right and with what is wrong. *Refused*: the package says by a sentence of its own what this Node lacks.

| n8n | Node | expressions | templates imported | spine on SQLite | spine on Postgres | form | trigger | credential tests | node versions it lacks | played |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${ordered(rows).map(lineOf).join('\n')}

${templatesWithout(ordered(rows))}${version3Of(ordered(rows))}${neighboursOf(ordered(rows))}
n8n 2.10 was not run: the registry has it without the libraries it names, and with those of 2.11 it does not start. Nor was n8n 3:
it comes as a container image only. What it changes for the package is played by a double of its data proxy
(\`testbed/engine/n8n-3.ts\`).
`;
}

/** The rows played so far, the newest n8n first. */
export const rowsPlayed = (): readonly Row[] =>
	existsSync(results) ? (JSON.parse(readFileSync(results, 'utf8')) as readonly Row[]) : [];

/** The versions of n8n's own nodes in the oldest n8n of the rows. */
export interface OldestNodes {
	readonly n8n: string;
	readonly versions: Readonly<Record<string, readonly number[]>>;
}

export const oldestNodes = (): OldestNodes => JSON.parse(readFileSync(oldest, 'utf8')) as OldestNodes;

/** Keeps the row in place of an older one of the same versions, and writes the page again. */
export function keepRow({ versions, ...row }: PlayedRow): void {
	const kept = rowsPlayed().filter(({ n8n, node }) => n8n !== row.n8n || node !== row.node);
	const rows = ordered([...kept, row]);
	mkdirSync(join(results, '..'), { recursive: true });
	writeFileSync(results, `${JSON.stringify(rows, null, '\t')}\n`);
	if (rows.at(-1)?.n8n === row.n8n) writeFileSync(oldest, `${JSON.stringify({ n8n: row.n8n, versions })}\n`);
	writeFileSync(page, pageOf(rows));
}
