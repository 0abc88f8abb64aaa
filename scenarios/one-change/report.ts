import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../testbed/n8n/paths';
import type { Promised, Told } from './stage';

/** One run of all stories in one n8n. */
export interface OneChangeRun {
	readonly contacts: number;
	readonly stories: readonly Told[];
	/** Emails that left in all. */
	readonly mails: number;
	/** Seconds from the start of n8n to the end. */
	readonly seconds: number;
}

/** The page this program writes, from the root. */
export const oneChangePage = 'docs/records/release.md';

const resultFile = join(packageRoot, 'scenarios', 'one-change', 'results', 'run.json');

/** Most seconds that machines may take for one change, from the first button to live. */
export const mostMachineSeconds = 300;

/** Keeps a run and writes the page from it. */
export function keepRun(run: OneChangeRun): void {
	mkdirSync(dirname(resultFile), { recursive: true });
	writeFileSync(resultFile, `${JSON.stringify(run, null, '\t')}\n`);
	writeFileSync(join(packageRoot, oneChangePage), renderPage(run));
}

/** The run kept last; `null` before the first. */
export const keptRun = (): OneChangeRun | null =>
	existsSync(resultFile) ? (JSON.parse(readFileSync(resultFile, 'utf8')) as OneChangeRun) : null;

/** Every promise of a run that was broken, one sentence for each violation. */
export const violationsOf = ({ stories }: Pick<OneChangeRun, 'stories'>): readonly string[] =>
	stories.flatMap(({ id, promises }) =>
		promises.flatMap(({ text, violations }) => violations.map((found) => `${id}: ${text}: ${found}`)),
	);

/** Seconds of machines in a story: all of its steps. */
export const machineSeconds = ({ steps }: Pick<Told, 'steps'>): number =>
	steps.reduce((sum, { seconds }) => sum + seconds, 0);

const promise = ({ text, violations }: Promised): string =>
	violations.length === 0 ? `- kept: ${text}` : `- **broken**: ${text}: ${violations.slice(0, 3).join('; ')}`;

const rowOf = (story: Told): string =>
	`| ${[story.title, story.riskClass, story.answers, story.end, `${machineSeconds(story).toFixed(0)} s`].join(' | ')} |`;

/** The page: one row for each change, the time of each step, and what was promised of each. */
export function renderPage(run: OneChangeRun): string {
	const { contacts, stories, mails, seconds } = run;
	const broken = violationsOf(run);
	return [
		'# One change, from the editor to its end',
		'',
		'Written by `npm run demo:release`; nothing on this page is typed by hand.',
		'',
		'A real n8n runs the templates of a release as shipped, with their own schedules and the rhythm of two days, under the preset',
		'`quiet-content-delivery` as it is. Chosen are what each set-up asks for: credentials, people’s roles, the addresses of the stand-ins and',
		'the note that declares them, the error workflow, the mode live; the node for mail of *Tell people* is off. A change is made',
		'in the draft; from there on people only fill in forms, in a browser, each signed in to an account of their own. Nothing is written into',
		'the ledger by hand. n8n, its task runner and the stand-ins live by a clock that is moved ahead where everybody waits for the',
		'next slot; whatever is worked takes the time it takes, and that time is below.',
		'',
		`${contacts} readers, ${mails} emails, ${Math.round(seconds / 60)} minutes. **${stories.length} changes, ${broken.length === 0 ? 'no promise broken' : `${broken.length} promises broken`}.**`,
		'',
		'| change | class | answers of people | end | time of machines |',
		'| --- | --- | --- | --- | --- |',
		...stories.map(rowOf),
		'',
		'The answers are all that people picked or wrote, in all forms of the change together. The time is that of the waiting for pages: people’s',
		'own is not in it. It was taken in the n8n of this project beside a browser on the same machine.',
		'',
		...stories.flatMap(({ title, steps, promises }) => [
			`## ${title}`,
			'',
			...(steps.length === 0
				? []
				: [
						'| step | seconds |',
						'| --- | --- |',
						...steps.map(({ step, seconds: took }) => `| ${step} | ${took.toFixed(1)} |`),
						'',
					]),
			...promises.map(promise),
			'',
		]),
	].join('\n');
}
