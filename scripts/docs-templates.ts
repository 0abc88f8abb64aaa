import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallingTemplate, templateCalls } from '../testbed/template-calls';

/** Sets of templates, each with its title and what it is for. */
export const sets = {
	once: [
		'The once set',
		'Does each thing once, in any workflow: a webhook, a daily job, an order, a tool of an agent.',
	],
	delivery: ['The delivery set', 'Serves every recipient of a spine once in each slot, and looks after it.'],
	release: ['The release set', 'Takes one change of a spine to production, watches it and takes it back.'],
	train: [
		'The train set',
		'Ships software every week: from merged pull requests to a release that is stable.',
	],
} as const;
export type TemplateSet = keyof typeof sets;

/** Where the page of a set goes. */
export const setPage = (set: TemplateSet): string =>
	join(__dirname, '..', 'docs', 'reference', 'templates', `${set}.md`);

const identifier = (id: string): string => id.replaceAll('-', '_');

/** Reached from the set by calls, itself included, in the order of the alphabet. */
function shown(all: readonly CallingTemplate[], set: TemplateSet): readonly CallingTemplate[] {
	const wanted = new Set(
		all
			.filter((template) => template.set === set)
			.flatMap(({ id, calls }) => [id, ...calls.map((call) => call.id)]),
	);
	return all.filter(({ id }) => wanted.has(id));
}

/** The page of one set: who calls whom as a picture and as a table, made from the exported workflows. */
export function pageOf(set: TemplateSet, all: readonly CallingTemplate[] = templateCalls()): string {
	const [title, purpose] = sets[set];
	const templates = shown(all, set);
	const picture = templates.flatMap(({ id, name, starts, calls }) => [
		`    ${identifier(id)}["${name}"]`,
		...starts.map(
			(start) => `    ${identifier(id)}_start_${starts.indexOf(start)}(["${start}"]) --> ${identifier(id)}`,
		),
		...[...new Set(calls.map((call) => call.id))].map(
			(called) => `    ${identifier(id)} --> ${identifier(called)}`,
		),
	]);
	const link = (id: string): string => `[${all.find((one) => one.id === id)?.name ?? id}](${id}.md)`;
	const list = (ids: readonly string[]): string => [...new Set(ids)].map(link).join(', ') || 'nothing';
	const rows = templates
		.filter((template) => template.set === set)
		.map(({ id, starts, nodes, calls }) => {
			const callers = all
				.filter((other) => other.calls.some((call) => call.id === id))
				.map((other) => other.id);
			const begun = [...starts, ...(callers.length > 0 ? [`called by ${list(callers)}`] : [])].join('; ');
			return `| ${link(id)} | ${nodes} | ${begun || 'a workflow of yours'} | ${list(calls.map((call) => call.id))} |`;
		});
	return [
		`# ${title}`,
		'',
		`${purpose} Generated from the exported workflows by \`npm run docs:templates\`; a test fails when it is stale.`,
		'',
		'```mermaid',
		'flowchart LR',
		...picture,
		'```',
		'',
		'| workflow | nodes | starts by | calls |',
		'| --- | --- | --- | --- |',
		...rows,
		'',
		'A workflow that others call is published too: n8n lets a published workflow call published ones only. It may be called by',
		'workflows of the same owner (*This workflow can be called by* in its settings), which n8n 3 keeps.',
		'',
	].join('\n');
}

if (require.main === module)
	for (const set of Object.keys(sets) as TemplateSet[]) writeFileSync(setPage(set), pageOf(set));
