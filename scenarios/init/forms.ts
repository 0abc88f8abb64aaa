import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { n8nInstallation } from '../../adapters/n8n/installation';
import { openPostgresLedger } from '../../adapters/postgres';
import { openSqliteLedger } from '../../adapters/sqlite';
import { liveDeliveries } from '../../testbed/ledger-reader';
import { nodeBinary } from '../../testbed/n8n/paths';
import { record } from '../../testbed/n8n/session';
import type { WorkflowFile } from '../../testbed/n8n/workflows';
import { sandboxGeneratorKey, sandboxServerToken, sandboxToken } from '../../testbed/standins';
import type { Tale } from '../../testbed/tale';
import { create, nextExecution, publish } from '../matrix/rest';
import { type } from './person';
import { missing, n8nVersion, readers, testers, type InitWorld, type Mode } from './world';

/** One n8n on which it was tried, and what was seen. */
export interface Form {
	readonly n8n: string;
	readonly node: string;
	readonly mode: Mode;
	readonly at: string;
	readonly seconds: number;
	/** Emails of the first live slot, of as many readers. */
	readonly emails: number;
	readonly committed: number;
	/** Exit code of `doctor` from outside. */
	readonly doctor: number;
	/** Ids of what *Examine* found from inside, and the process it ran in where it says so. */
	readonly inside: string;
	/** Exit code of `init --undo`. */
	readonly undone: number;
}

const file = join(__dirname, 'results', 'forms.json');

/** What was seen so far, the newest n8n first. */
export const forms = (): readonly Form[] =>
	existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Form[]) : [];

const parts = ({ n8n }: Form): readonly number[] => n8n.split('.').map(Number);
const newerFirst = (a: Form, b: Form): number => {
	const at = parts(a).findIndex((part, index) => part !== parts(b)[index]);
	return at < 0 ? a.mode.localeCompare(b.mode) : (parts(b)[at] ?? 0) - (parts(a)[at] ?? 0);
};

export function keepForm(form: Form): void {
	const others = forms().filter(({ n8n, mode }) => n8n !== form.n8n || mode !== form.mode);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, `${JSON.stringify([...others, form].sort(newerFirst), null, '\t')}\n`);
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const must = (holds: boolean, otherwise: string): readonly string[] => (holds ? [] : [otherwise]);

async function ledgerOf({ ledgerFile, ledgerUrl }: InitWorld) {
	return ledgerUrl === null
		? await openSqliteLedger({ file: ledgerFile, clock: Date.now })
		: await openPostgresLedger({ connection: ledgerUrl });
}

/** Lets n8n run *Examine* behind a webhook, with the credentials that the template Doctor was given; on a worker in queue mode. */
async function examineInside({
	n8n,
	apiKey,
}: InitWorld): Promise<readonly Readonly<Record<string, unknown>>[]> {
	const { session } = n8n;
	const workflows = await n8nInstallation({ url: n8n.url, apiKey }).workflows();
	const doctor = workflows.find(({ name }) => name === 'Doctor');
	const examine = doctor?.nodes.find(({ name }) => name === 'Check Installation');
	if (examine === undefined) throw new Error('init imported no Doctor');
	const path = `examine-${randomBytes(6).toString('hex')}`;
	const hook = {
		id: 'hook',
		webhookId: path,
		name: 'Receive Call',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		position: [0, 0],
		parameters: { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} },
	};
	const id = await create(session, {
		name: 'Examine from inside',
		nodes: [hook, { ...examine, parameters: { ...examine.parameters, models: '' } }],
		connections: { 'Receive Call': { main: [[{ node: examine.name, type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	} as unknown as WorkflowFile);
	await publish(session, id);
	for (let calls = 0; calls < 60; calls += 1) {
		const { status } = await fetch(`${n8n.url}/webhook/${path}`, { method: 'POST' });
		if (status !== 404) break;
		await new Promise((resolve) => setTimeout(resolve, 500));
	}
	const { items, status, error } = await nextExecution(session, id, new Set());
	if (status !== 'success') throw new Error(`Examine ended with ${status}: ${error}`);
	const found = (items[examine.name] ?? []).flat();
	await session.call('PATCH', `/rest/workflows/${id}`, { active: false }).catch(() => undefined);
	await session.call('POST', `/rest/workflows/${id}/deactivate`, {}).catch(() => undefined);
	await session.call('POST', `/rest/workflows/${id}/archive`, {}).catch(() => undefined);
	await session.call('DELETE', `/rest/workflows/${id}`).catch(() => undefined);
	return found.map(record);
}

/** Plays one form: `init` by its options, the first live slot, a look from outside and from inside, and back. */
export async function playForm(world: InitWorld, mode: Mode, tale: Tale): Promise<Form> {
	const { standIns, ledgerUrl, ledgerFile } = world;
	const secrets = {
		N8N_URL: world.n8n.url,
		N8N_API_KEY: world.apiKey,
		HUBSPOT_TOKEN: sandboxToken,
		POSTMARK_TOKEN: sandboxServerToken,
		OPENAI_API_KEY: sandboxGeneratorKey,
		SLACK_TOKEN: world.slackToken,
	};
	const ledger = ledgerUrl === null ? [] : ['--ledger', ledgerUrl];
	const given = [
		...['--from', 'News <news@example.com>', '--rhythm', 'every 2 days at 9:00 New York'],
		...['--test-contacts', testers.join(', '), '--approvers', 'owner@example.com'],
		...['--first-slot', 'now', '--yes'],
	];
	tale.act(`init on n8n ${n8nVersion()}, ${mode} mode`);
	const first = await type(world, ['init', ...ledger, ...given], [], secrets);
	console.log(first.transcript);
	const emails = standIns.postmark.admin.received().length;
	const books = await ledgerOf(world);
	const committed = (await liveDeliveries(books, 'content-delivery', ['committed'])).length;
	const { status } = await books.events.verify();
	await books.close();
	tale.promise('init comes to its end, rehearsed', [
		...must(first.code === 0, `it ended with ${first.code}`),
		...must(/Rehearsal passed/.test(first.transcript), 'the rehearsal did not pass'),
	]);
	tale.promise('each reader is mailed once, and each is committed in the ledger', [
		...must(emails === readers, `${emails} emails left for ${readers} readers`),
		...must(committed === readers, `${committed} are committed`),
		...must(status === 'intact', `the chain is ${status}`),
		...missing.filter((name) => standIns.hubspot.admin.account.definitions.get(name) === undefined),
	]);
	const named = ledgerUrl === null ? ['--sqlite', ledgerFile] : ['--postgres', ledgerUrl];
	const looked = await type(world, ['doctor', ...named], [], secrets);
	console.log(looked.transcript);
	tale.promise(
		'the doctor finds no trouble from outside',
		must(looked.code === 0, `it ended with ${looked.code}`),
	);
	const inside = await examineInside(world);
	for (const { level, sentence } of inside) console.log(`  ${textOf(level)}: ${textOf(sentence)}`);
	tale.promise(
		'and none from inside',
		inside.filter(({ level }) => level === 'trouble').map(({ sentence }) => textOf(sentence)),
	);
	const workers = inside.find(({ where }) => where === 'workers');
	if (mode === 'queue')
		tale.promise(
			'a worker says that it is one, and that it saw no other process',
			must(/\(worker on /.test(textOf(workers?.sentence)), textOf(workers?.sentence) || 'it said nothing'),
		);
	if (mode === 'bare')
		tale.promise(
			'n8n installed the package itself',
			must(/n8n installed n8n-nodes-release-gate/.test(first.transcript), 'it did not say so'),
		);
	const undone = await type(world, ['init', '--undo'], [], secrets);
	console.log(undone.transcript);
	tale.promise('it is taken back', must(undone.code === 0, `it ended with ${undone.code}`));
	return {
		n8n: n8nVersion(),
		node: execFileSync(nodeBinary, ['--version'], { encoding: 'utf8' }).trim().slice(1),
		mode,
		at: new Date().toISOString().slice(0, 10),
		seconds: first.seconds,
		emails,
		committed,
		doctor: looked.code,
		inside: inside
			.map(({ id, where }) => (id === 'unseen' ? `${textOf(where)} unseen` : textOf(id)))
			.join(', '),
		undone: undone.code,
	};
}
