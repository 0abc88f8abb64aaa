import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openEditor } from '../../testbed/browser/browser';
import { LedgerReader } from '../../testbed/ledger-reader';
import { packageRoot } from '../../testbed/n8n/paths';
import { record } from '../../testbed/n8n/session';
import { sandboxGeneratorKey, sandboxServerToken, sandboxToken } from '../../testbed/standins';
import type { Tale } from '../../testbed/tale';
import { type, type Session, type Typed } from './person';
import { upgradeOne } from './upgrade';
import { missing, n8nVersion, readers, testers, type InitWorld } from './world';

/** Goals of the set-up: answers that a person gives, and seconds that machines take. */
export const goals = { answers: 12, seconds: 600, pasted: 0 } as const;

/** What was seen, for the page. */
export interface Seen {
	readonly n8n: string;
	readonly at: string;
	readonly bootSeconds: number;
	readonly planned: Session;
	readonly first: Session;
	readonly looked: Session;
	readonly broken: Session;
	readonly second: Session;
	readonly upgraded: Session;
	readonly undone: Session;
	/** Answers in which an id of n8n was typed. */
	readonly pasted: number;
	readonly emails: number;
	readonly workflows: number;
}

/** The answers that somebody gives who reads the questions. */
const answersFor = (world: InitWorld): readonly Typed[] => [
	{ at: /^Address of n8n/, answer: world.n8n.url },
	{ at: /^API key of n8n/, answer: world.apiKey, secret: true },
	{ at: /^HubSpot token/, answer: sandboxToken, secret: true },
	{ at: /^Postmark server token/, answer: sandboxServerToken, secret: true },
	{ at: /^OpenAI key/, answer: sandboxGeneratorKey, secret: true },
	{ at: /^Slack bot token/, answer: world.slackToken, secret: true },
	{ at: /^Sender of the emails/, answer: 'News <news@example.com>' },
	{ at: /^How often/, answer: 'every 2 days at 9:00 New York' },
	{ at: /^Emails of HubSpot contacts/, answer: testers.join(', ') },
	{ at: /^n8n emails of those who may approve/, answer: 'owner@example.com' },
	{ at: /^When the rehearsal has passed/, answer: 'now' },
	{ at: /^Do this\?/, answer: 'y' },
];

/** How many things of each kind n8n holds. */
async function inventory({ n8n }: InitWorld): Promise<Readonly<Record<string, number>>> {
	const count = async (path: string): Promise<number> => {
		const { data } = await n8n.session.call('GET', path);
		return Array.isArray(data) ? data.length : Number(record(data).count ?? 0);
	};
	return {
		workflows: await count('/rest/workflows'),
		credentials: await count('/rest/credentials'),
		tags: await count('/rest/tags'),
	};
}

const pictures = join(packageRoot, 'docs', 'images', 'init');

/** The list of workflows, and the canvas of the spine, as they look afterwards. */
async function photograph({ n8n }: InitWorld, spine: string): Promise<void> {
	mkdirSync(pictures, { recursive: true });
	const editor = await openEditor(n8n.url, 'light', 1280, 900);
	try {
		const page = await editor.context.newPage();
		await page.goto('/home/workflows', { waitUntil: 'domcontentloaded' });
		await page.getByText('Content delivery spine').first().waitFor({ timeout: 60_000 });
		await page.waitForTimeout(1_500);
		await page.screenshot({ path: join(pictures, 'workflows.png') });
		await page.goto(`/workflow/${spine}`, { waitUntil: 'domcontentloaded' });
		await page.getByText('Send Email').first().waitFor({ timeout: 60_000 });
		await page.waitForTimeout(2_500);
		await page.screenshot({ path: join(pictures, 'spine.png') });
	} finally {
		await editor.close();
	}
}

const idsIn = (transcript: string): readonly string[] =>
	[...transcript.matchAll(/\/workflow\/([A-Za-z0-9]{16})\b/g)].flatMap(([, id]) => id ?? []);

const must = (holds: boolean, otherwise: string): readonly string[] => (holds ? [] : [otherwise]);

/** Plays it: the plan, the set-up, the set-up again, and back. */
export async function play(world: InitWorld, tale: Tale, bootSeconds: number): Promise<Seen> {
	const { standIns } = world;
	const { admin } = standIns.hubspot;
	const answers = answersFor(world);

	tale.act('init --plan');
	const empty = await inventory(world);
	const planned = await type(world, ['init', '--plan'], answers);
	console.log(planned.transcript);
	const untouched = await inventory(world);
	tale.promise('the plan is shown, and nothing is done', [
		...must(planned.code === 0, `it ended with ${planned.code}`),
		...must(JSON.stringify(empty) === JSON.stringify(untouched), `n8n held ${JSON.stringify(untouched)}`),
		...missing.filter((name) => admin.account.definitions.get(name) !== undefined),
	]);

	tale.act('init');
	const first = await type(world, ['init'], answers);
	console.log(first.transcript);
	const made = await inventory(world);
	const mail = standIns.postmark.admin.received().length;
	tale.promise('init comes to its end', must(first.code === 0, `it ended with ${first.code}`));
	tale.promise(
		`at most ${goals.answers} answers`,
		must(first.answers <= goals.answers, `there were ${first.answers}`),
	);
	tale.promise(
		`at most ${goals.seconds} seconds, the start of n8n included`,
		must(first.seconds + bootSeconds <= goals.seconds, `it took ${first.seconds + bootSeconds} s`),
	);
	const known = new Set(idsIn(first.transcript));
	const pasted = answers.filter(({ answer }) => known.has(answer)).length;
	tale.promise('no id is pasted', must(pasted === 0, `${pasted} were`));
	tale.promise('the rehearsal passed', must(/Rehearsal passed/.test(first.transcript), 'it did not say so'));
	tale.promise(
		'the first live slot was delivered: each reader once, testers not',
		must(mail === readers, `${mail} emails left for ${readers} readers`),
	);
	const reader = new LedgerReader(world.ledgerFile, 'content-delivery');
	const committed = (await reader.deliveries(['committed'])).length;
	tale.promise('each is committed in the ledger', [
		...must(committed >= readers, `${committed} are committed`),
		...must((await reader.verify()).status === 'intact', 'the chain is broken'),
	]);
	tale.promise(
		'nothing was asked of a host that nobody stands in for, but what n8n asks of its own makers',
		world.proxy.unrouted().filter((address) => !/^[\w.]*n8n\.io\//.test(address)),
	);
	const [spine = ''] = idsIn(first.transcript);
	await photograph(world, spine);

	tale.act('doctor');
	const looked = await type(
		world,
		['doctor', '--sqlite', world.ledgerFile],
		[
			{ at: /^Address of n8n/, answer: world.n8n.url },
			{ at: /^API key of n8n/, answer: world.apiKey, secret: true },
		],
	);
	console.log(looked.transcript);
	tale.promise('the doctor finds no trouble', must(looked.code === 0, `it ended with ${looked.code}`));
	await world.n8n.session.call('POST', `/rest/workflows/${spine}/deactivate`, {});
	const broken = await type(
		world,
		['doctor', '--sqlite', world.ledgerFile],
		[
			{ at: /^Address of n8n/, answer: world.n8n.url },
			{ at: /^API key of n8n/, answer: world.apiKey, secret: true },
		],
	);
	console.log(broken.transcript);
	tale.promise('the doctor names the spine that was taken out of service', [
		...must(broken.code === 1, `it ended with ${broken.code}`),
		...must(broken.transcript.includes('(spine-off)'), 'it did not name it'),
	]);
	const { versionId } = record((await world.n8n.session.call('GET', `/rest/workflows/${spine}`)).data);
	await world.n8n.session.call('POST', `/rest/workflows/${spine}/activate`, { versionId });

	tale.act('init again');
	const again = [
		{ at: /^Address of n8n/, answer: world.n8n.url },
		{ at: /^API key of n8n/, answer: world.apiKey, secret: true },
		{ at: /^Do this\?/, answer: 'y' },
	];
	const second = await type(world, ['init'], again);
	console.log(second.transcript);
	const twice = await inventory(world);
	tale.promise('run twice, nothing doubles, and nobody is mailed again', [
		...must(second.code === 0, `it ended with ${second.code}`),
		...must(
			JSON.stringify(made) === JSON.stringify(twice),
			`n8n held ${JSON.stringify(twice)}, before ${JSON.stringify(made)}`,
		),
		...must(standIns.postmark.admin.received().length === mail, 'more emails left'),
	]);

	tale.act('upgrade');
	const upgraded = await upgradeOne(world, again.slice(0, 2));
	console.log(upgraded.session.transcript);
	tale.promise('a new version and what somebody changed are both in the draft', upgraded.violations);

	tale.act('init --undo');
	const undone = await type(world, ['init', '--undo'], again.slice(0, 2), { HUBSPOT_TOKEN: sandboxToken });
	console.log(undone.transcript);
	const left = await inventory(world);
	tale.promise('what init did is taken back', [
		...must(undone.code === 0, `it ended with ${undone.code}`),
		...must(
			JSON.stringify(left) === JSON.stringify(empty),
			`n8n holds ${JSON.stringify(left)}, before ${JSON.stringify(empty)}`,
		),
	]);
	return {
		n8n: n8nVersion(),
		at: new Date().toISOString().slice(0, 10),
		bootSeconds,
		planned,
		first,
		looked,
		broken,
		second,
		upgraded: upgraded.session,
		undone,
		pasted,
		emails: mail,
		workflows: made.workflows ?? 0,
	};
}
