import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CrashMode } from '../crash/plan';
import type { Seen } from './play';

/** What is played: each template run more than once, or n8n killed at every point of the webhook. */
export const parts = ['templates', 'kills'] as const;
export type Part = (typeof parts)[number];

/** One part in one mode, as it is kept. */
export interface Run {
	readonly mode: CrashMode;
	readonly part: Part;
	readonly at: string;
	readonly commit?: string;
	/** Load of the last minute before the part and after it; of the templates around the hundred posts. */
	readonly load?: readonly [number, number];
	readonly seen: readonly Seen[];
}

const results = join(__dirname, 'results');
const page = join(__dirname, '..', '..', 'docs', 'records', 'once.md');

const titles: Readonly<Record<CrashMode, string>> = {
	regular: 'One n8n process, SQLite',
	queue: 'A main and four workers, Postgres and Redis',
};

const partTitles: Readonly<Record<Part, string>> = {
	templates: 'Each template, imported and run more than once',
	kills: 'Killed at every point of the webhook',
};

const loadOf = ({ part, load }: Run): string => {
	if (load === undefined) return '';
	const around = part === 'templates' ? 'the hundred posts' : 'it';
	return `, load of the two cores before ${around} ${load[0]}, after ${load[1]}`;
};

const section = (run: Run): string => `
### ${partTitles[run.part]}

Run at ${run.at}${run.commit === undefined ? '' : `, commit ${run.commit}`}${loadOf(run)}. Violations: ${run.seen.flatMap(({ violations }) => violations).length}.

| what | done | answers | the key is | violations |
| --- | --- | --- | --- | --- |
${run.seen
	.map(
		({ what, effects, answers, state, violations }) =>
			`| ${what} | ${effects} | ${answers} | ${state} | ${violations.join('; ') || 'none'} |`,
	)
	.join('\n')}
`;

const render = (runs: readonly Run[]): string => `# Once, in a real n8n

Written by \`npm run once\`; nothing on this page is typed by hand.

The templates of \`workflows/once\` in a real n8n, before a system that knows no idempotency key: what it is asked twice, it
does twice. An event is posted a hundred times at once; n8n (in queue mode: the worker) is killed at each point of the webhook, comes
back, and the event is posted three times more, as its sender would. *Done* counts what that system did. The lease is six seconds
here, fifteen minutes in the template. The template answers 200, 409 or 503. 0 is no answer within 90 seconds, 404 and 500 are
n8n's own, from a machine that is busy or a worker that was killed: such a post may never have come to the claim. *Error in workflow*
is what n8n answers when its queue gives up a job of which no worker was heard for five seconds ("job stalled more than
maxStalledCount"; n8n waits a minute by default, and here it is to notice a killed worker soon).
${(['regular', 'queue'] as const)
	.map((mode) => {
		const own = parts.flatMap((part) => runs.filter((run) => run.mode === mode && run.part === part));
		return own.length === 0 ? '' : `\n## ${titles[mode]}\n${own.map(section).join('')}`;
	})
	.join('')}`;

/** Keeps a run in place of the one before it, and writes the page from all that are kept. */
export function keepRun(run: Run): void {
	mkdirSync(results, { recursive: true });
	writeFileSync(join(results, `${run.mode}-${run.part}.json`), `${JSON.stringify(run, null, '\t')}\n`);
	const kept = (existsSync(results) ? readdirSync(results) : []).sort();
	writeFileSync(
		page,
		render(kept.map((file) => JSON.parse(readFileSync(join(results, file), 'utf8')) as Run)),
	);
}
