/**
 * A stranger's path: from an empty n8n with the package to a webhook whose event is worked on once, by mouse and keyboard in the
 * editor; then the event is posted five times. Counts clicks and words, and writes docs/records/never-twice-path.md with a
 * picture of each step: `npm run once:path [-- --port 18960]`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openEditor } from '../../../testbed/browser/browser';
import { buildIfStale } from '../../../testbed/build';
import { commitId } from '../../../testbed/machine';
import { Instance } from '../../../testbed/n8n/instance';
import { packageRoot, runRoot } from '../../../testbed/n8n/paths';
import { startEffects } from '../../../testbed/standins/effects';
import type { Step } from './hands';
import { walk } from './walk';

const images = join(packageRoot, 'docs', 'images', 'never-twice');
const page = join(packageRoot, 'docs', 'records', 'never-twice-path.md');

/** How often the event is posted. */
const posts = 5;

const asked = (typed: readonly string[]): string => typed.map((one) => `\`${one}\``).join(', ');

function render(steps: readonly Step[], statuses: readonly number[], done: number, others: number): string {
	const clicks = steps.reduce((sum, step) => sum + step.clicks, 0);
	const typed = steps.flatMap((step) => step.typed);
	const words = typed.flatMap((text) => text.split(/\s+/)).length;
	return `# A stranger's path to a protected webhook

From an empty n8n to a webhook that does each event once: each click and each word is counted, with pictures.

Written by \`npm run once:path\` at ${new Date().toISOString()}, commit ${commitId(__dirname)}; nothing on this page is typed by hand.

From an empty n8n with the package to a published webhook whose event is worked on once, in the editor, by mouse and keyboard in a
real browser: **${clicks} clicks and ${words} words**, the searches for nodes and the address that the work calls included.

Then one event was posted ${posts} times: answered ${statuses.join(', ')}, done ${done} ${done === 1 ? 'time' : 'times'}. Another event, posted once: done ${others} ${others === 1 ? 'time' : 'times'}.

| step | clicks | typed |
| --- | --- | --- |
${steps.map(({ what, clicks: count, typed: text }) => `| ${what} | ${count} | ${asked(text)} |`).join('\n')}

${steps.map(({ what, picture }) => `![${what.replaceAll('*', '')}](../images/never-twice/${picture})`).join('\n\n')}
`;
}

/** Waits until as many calls have come, or nothing more comes. */
async function settled(count: () => number, wanted: number): Promise<number> {
	for (const giveUpAt = Date.now() + 60_000; Date.now() < giveUpAt && count() < wanted;) await sleep(250);
	await sleep(3_000);
	return count();
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { port: { type: 'string', default: '18960' } } });
	buildIfStale();
	const folder = join(runRoot, 'never-twice');
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(images, { recursive: true });
	const port = Number(values.port);
	const effects = await startEffects(port + 2);
	const n8n = await Instance.boot({
		userFolder: folder,
		port,
		brokerPort: port + 1,
		packageFolder: packageRoot,
	});
	try {
		const editor = await openEditor(n8n.url, 'light', 1280, 800);
		try {
			const tab = await editor.context.newPage();
			const walked = await walk(tab, images, `${effects.url}/shipments`).catch(async (problem: unknown) => {
				await tab.screenshot({ path: join(folder, 'stuck.png') });
				throw problem;
			});
			const post = async (id: string): Promise<number> => {
				const answer = await fetch(`${n8n.url}/webhook/${walked.path}`, {
					method: 'POST',
					headers: { 'content-type': 'application/json' },
					body: JSON.stringify({ id }),
				});
				return answer.status;
			};
			const statuses = await Promise.all(Array.from({ length: posts }, () => post('evt_1')));
			const done = await settled(() => effects.done().length, 1);
			await post('evt_2');
			const others = (await settled(() => effects.done().length, done + 1)) - done;
			writeFileSync(page, render(walked.steps, statuses, done, others));
			console.log(JSON.stringify({ statuses, done, others }));
			process.exitCode = done === 1 && others === 1 ? 0 : 1;
		} finally {
			await editor.close();
		}
	} finally {
		await n8n.stop();
		await effects.close();
	}
}

main().catch((problem: unknown) => {
	console.error(problem);
	process.exit(1);
});
