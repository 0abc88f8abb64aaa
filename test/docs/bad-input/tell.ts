import type { IDataObject } from 'n8n-workflow';
import type { WorkflowRun } from '../../../testbed/engine/n8n';

/** What a user sees of one mishap, as the program showed it. */
export interface Told {
	readonly heading: string;
	readonly tried: string;
	/** Message, and the remedy where the program gave one. */
	readonly seen: readonly string[];
	readonly others: string;
}

const masks: readonly (readonly [RegExp, string])[] = [
	[/\/\S*release-gate-\S+?\//g, '…/'],
	[/127\.0\.0\.1:\d+/g, 'the base URL'],
	[/\b\d{4}-\d\d-\d\d(T[\d:.]+Z)?/g, '*date*'],
];

/** The text without what differs from run to run: folders, ports and dates. */
export const masked = (text: string): string =>
	masks.reduce((current, [pattern, mask]) => current.replace(pattern, mask), text);

/** The sentence and remedy of an error that ended a run. */
export const shownError = (run: WorkflowRun): string[] =>
	[run.error?.message, run.error?.description].filter((part): part is string => typeof part === 'string');

/** The warnings a node showed on its output. */
export const shownWarnings = (run: WorkflowRun): string[] =>
	run.hints.filter(({ type }) => type === 'warning').map(({ message }) => message);

/** The reports on the items of one output, message and remedy, each once. */
export const shownOnItems = (items: readonly IDataObject[]): string[] => [
	...new Set(
		items.flatMap(({ releaseGate }) => {
			const { message, remedy } = (releaseGate ?? {}) as { message?: string; remedy?: string };
			return [[message, remedy].filter(Boolean).join(' ')];
		}),
	),
];

/** The page `docs/reference/bad-input.md`. */
export function badInputPage(told: readonly Told[]): string {
	const cell = (text: string): string => masked(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
	const sections = [...new Set(told.map(({ heading }) => heading))].map((heading) => {
		const rows = told
			.filter((entry) => entry.heading === heading)
			.map(
				({ tried, seen, others }) => `| ${cell(tried)} | ${seen.map(cell).join('<br>')} | ${cell(others)} |`,
			);
		return `## ${heading}\n\n| tried | what the user sees | what becomes of the rest |\n| --- | --- | --- |\n${rows.join('\n')}`;
	});
	const head =
		'# Bad input\n\nWhat was tried on the nodes, run through the real n8n-core without a server, and what they said. The texts are copied from the runs of `test/docs/bad-input.test.ts`, which fails when this page is stale; `npm run docs:tried` writes it anew. Folders, ports and dates are masked.';
	return `${[head, ...sections].join('\n\n')}\n`;
}
