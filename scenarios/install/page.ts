import { pictures } from './pictures';
import type { Seen } from './play';
import type { WorkerSeen } from './worker';

/** When something was played, and in which n8n. */
interface Played {
	readonly n8n: string;
	readonly at: string;
}

/** What is kept of the runs. */
export interface Found {
	/** A row for each way; `commit`: what the version before was built from. */
	readonly seen: readonly (Seen & Played & { readonly commit: string })[];
	readonly worker: WorkerSeen & Played;
}

const row = (cells: readonly string[]): string =>
	`| ${cells.map((cell) => cell.replaceAll('|', '/').replace(/\s+/g, ' ')).join(' | ')} |`;

/** The record. */
export function pageOf({ seen, worker }: Found): string {
	const rows = seen.map(({ way, installed, upgraded, removed, again, n8n, commit, at }) =>
		row([way, installed, upgraded, removed, again, n8n, commit, at]),
	);
	const shown = Object.values(pictures).map(([file, says]) => `![${says}](../images/${file})`);
	return `# Ways to install, each tried

Written by \`npm run install:try\`; nothing on this page is typed by hand but this text.

Each way was taken in a real n8n. The package of an earlier commit (as version 0.0.1), from before the newest change of the
ledger's tables, is installed, and a published spine serves 200 of 300 recipients by its webhook. The package of today takes its
place with the same ledger, and the spine runs twice more: the rest, then nobody. The package is taken away, and the webhook is
called; the package is installed again, and it is called once more.

A local registry of one package stands behind the name of npm's. On n8n's own page the name is typed and *Install* clicked;
update and removal are the calls that page makes. The image is played by a folder that is linked as the Dockerfile links it: there
is no Docker where this was run.

| way | installed | upgraded, the ledger in use | taken away | installed again | n8n | upgraded from | played |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

## A worker without the package

A main and two workers in queue mode, one of the workers without the package (n8n ${worker.n8n}, ${worker.at}). The spine is called until
both had runs of it; then the worker with the package is stopped, and a whole slot passes.

| what | seen |
| --- | --- |
${[
	['runs of the spine', worker.runs],
	['what n8n says of those that failed', worker.message],
	['the ledger', worker.ledger],
	["runs of its error workflow, made of n8n's own nodes", worker.errorWorkflow],
	['the event, told by Release Trigger on the main', worker.silent],
	['the workflow that this trigger starts', worker.alarm],
]
	.map(row)
	.join('\n')}

## Pictures

${shown.join('\n\n')}
`;
}
