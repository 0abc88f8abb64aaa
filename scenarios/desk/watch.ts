import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventsLogin, sandboxCredentials } from '../../testbed/credentials';
import { Instance } from '../../testbed/n8n/instance';
import { packageRoot } from '../../testbed/n8n/paths';
import { record } from '../../testbed/n8n/session';
import {
	publishWorkflow,
	saveWorkflow,
	type WorkflowFile,
	type WorkflowNode,
} from '../../testbed/n8n/workflows';
import { portsOf } from '../../testbed/ports';
import type { Tale } from '../../testbed/tale';
import { templateFiles } from '../../testbed/template-files';

/** One message of the watch. */
export interface Heard {
	readonly deed: string;
	/** From the deed to the message. */
	readonly seconds: number;
	readonly text: string;
}

/** What came of the trial. */
export interface Watched {
	readonly n8n: string;
	/** How often the watch looked, in seconds, and how often the job was to run. */
	readonly every: number;
	readonly heard: readonly Heard[];
	/** What the desk said while the job was dead. */
	readonly desk: string;
	/** Heartbeats while all was well, while something was wrong, and after n8n was killed. */
	readonly beats: readonly [well: number, wrong: number, dead: number];
}

const EVERY_SECONDS = 60;

/** Longest that a message may take: an interval, what n8n may be late by, and a look, with as much again for a busy machine. */
const LONGEST_MS = 12 * 60_000;

const authorization = `Basic ${Buffer.from(`${eventsLogin.user}:${eventsLogin.password}`).toString('base64')}`;

/** What the workflows reach: the team's channel, a heartbeat service, and what the job calls. */
async function startOutside() {
	const state = { alerts: [] as string[], beats: 0, jobFails: false };
	const server = createServer((request, response) => {
		let body = '';
		request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
		request.on('end', () => {
			response.setHeader('content-type', 'application/json');
			if (request.url === '/alert') state.alerts.push(String(record(JSON.parse(body)).text));
			if (request.url === '/beat') state.beats += 1;
			if (request.url === '/job' && state.jobFails) response.statusCode = 500;
			response.end('{"ok":true}');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		state,
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		close: () => {
			server.closeAllConnections();
			return new Promise((resolve) => server.close(resolve));
		},
	};
}

/** A template as somebody sets it up: credentials chosen, and fields of *Set Config* written. */
function setUp(
	id: string,
	credentials: Readonly<Record<string, Readonly<Record<string, { id: string; name: string }>>>>,
	config: Readonly<Record<string, string>>,
): WorkflowFile & { id: string } {
	const template = templateFiles().find((one) => one.id === id);
	if (template === undefined) throw new Error(`There is no template ${id}.`);
	const workflow = JSON.parse(readFileSync(template.path, 'utf8')) as WorkflowFile;
	const nodes = workflow.nodes.map((node): WorkflowNode => {
		const chosen = credentials[node.name];
		const withCredentials = chosen === undefined ? node : { ...node, credentials: chosen };
		if (node.type === 'n8n-nodes-base.scheduleTrigger')
			return {
				...node,
				parameters: { rule: { interval: [{ field: 'minutes', minutesInterval: EVERY_SECONDS / 60 }] } },
			};
		if (node.name !== 'Set Config') return withCredentials;
		const { assignments } = record(node.parameters.assignments);
		const list = (assignments as { name: string }[]).map((one) =>
			config[one.name] === undefined ? one : { ...one, value: config[one.name] },
		);
		return { ...node, parameters: { ...node.parameters, assignments: { assignments: list } } };
	});
	return { ...workflow, nodes, id };
}

/** A workflow that has nothing to do with deliveries: every minute it calls an address. */
const job = (url: string): WorkflowFile & { id: string } => ({
	id: 'nightly-job',
	name: 'Nightly job',
	nodes: [
		{
			name: 'Every Minute',
			type: 'n8n-nodes-base.scheduleTrigger',
			typeVersion: 1.2,
			position: [0, 0],
			parameters: { rule: { interval: [{ field: 'minutes', minutesInterval: 1 }] } },
		},
		{
			name: 'Do the Job',
			type: 'n8n-nodes-base.httpRequest',
			typeVersion: 4.2,
			position: [240, 0],
			parameters: { url: `${url}/job`, options: {} },
		},
	],
	connections: { 'Every Minute': { main: [[{ node: 'Do the Job', type: 'main', index: 0 }]] } },
	settings: { executionOrder: 'v1' },
});

async function waitUntil(what: string, holds: () => boolean): Promise<number> {
	const from = performance.now();
	while (!holds()) {
		if (performance.now() - from > LONGEST_MS) throw new Error(`Nothing came: ${what}.`);
		await sleep(500);
	}
	return Math.round((performance.now() - from) / 1000);
}

/** Plays it: a job that runs, that fails, that runs again, and an n8n that dies. */
export async function playWatch(tale: Tale): Promise<Watched> {
	const ports = portsOf('desk-watch');
	const outside = await startOutside();
	const userFolder = mkdtempSync(join(tmpdir(), 'rg-watch-'));
	const { alerts, events } = sandboxCredentials;
	const n8n = await Instance.boot(
		{ userFolder, port: ports.n8n, brokerPort: ports.broker, packageFolder: packageRoot },
		[
			{ ...alerts, data: { accessToken: 'xoxb-stand-in' } },
			{ ...events, data: eventsLogin },
		],
	);
	try {
		const { session } = n8n;
		const apiKey = await session.createApiKey('watch', ['workflow:list', 'execution:list']);
		const made = await session.call('POST', '/rest/credentials', {
			name: 'n8n itself',
			type: 'releaseGateN8nApi',
			data: { baseUrl: n8n.url, apiKey },
		});
		const api = { releaseGateN8nApi: { id: String(record(made.data).id), name: 'n8n itself' } };
		const login = { httpBasicAuth: { id: events.id, name: events.name } };
		const workflows = [
			job(outside.url),
			setUp(
				'watch-workflows',
				{
					'Check Workflows': api,
					'Alert the Team': { slackApi: { id: alerts.id, name: alerts.name } },
				},
				{ alertUrl: `${outside.url}/alert`, heartbeatUrl: `${outside.url}/beat` },
			),
			setUp('desk', { 'Receive Request': login, 'Receive Scrape': login }, {}),
		];
		for (const workflow of workflows) {
			await saveWorkflow(session, workflow);
			await publishWorkflow(session, workflow.id);
		}
		const { state } = outside;
		const heard: Heard[] = [];
		const hear = async (deed: string, words: RegExp): Promise<void> => {
			const known = state.alerts.length;
			const seconds = await waitUntil(deed, () => state.alerts.slice(known).some((text) => words.test(text)));
			const text = state.alerts.slice(known).find((one) => words.test(one)) ?? '';
			heard.push({ deed, seconds, text });
			tale.promise(`${deed}: the team reads it after ${seconds} s`, []);
		};
		await waitUntil('a heartbeat', () => state.beats > 0);
		await sleep(2 * EVERY_SECONDS * 1000);
		const well = state.beats;
		tale.promise('nothing is told while everything runs', state.alerts);
		state.jobFails = true;
		await hear('what the job calls answers 500', /Wrong: Nightly job/);
		const before = state.beats;
		const page = await (await fetch(`${n8n.url}/webhook/desk`, { headers: { authorization } })).text();
		const told = /data-alarm="workflow-silent"[^>]*>\s*<p>(.*?)<\/p>/s.exec(page)?.[1] ?? '';
		const desk = told
			.replace(/<[^>]+>/g, '')
			.replace(/\s+/g, ' ')
			.trim();
		tale.promise('the desk says it too', desk === '' ? [page.slice(0, 300)] : []);
		const silent = state.alerts.length;
		await sleep(2 * EVERY_SECONDS * 1000);
		const wrong = state.beats - before;
		tale.promise('it is told once', state.alerts.slice(silent));
		tale.promise('no heartbeat is sent while it is wrong', wrong === 0 ? [] : [`${wrong}`]);
		state.jobFails = false;
		await hear('it answers again', /Over: Nightly job runs again/);
		const beating = state.beats;
		await waitUntil('a heartbeat again', () => state.beats > beating);
		await n8n.kill();
		const dead = state.beats;
		await sleep(2 * EVERY_SECONDS * 1000);
		const late = state.beats - dead;
		tale.promise('a killed n8n sends no heartbeat', late === 0 ? [] : [`${late}`]);
		const version = (
			JSON.parse(
				readFileSync(join(packageRoot, 'testbed/n8n/install/node_modules/n8n/package.json'), 'utf8'),
			) as { version: string }
		).version;
		return { n8n: version, every: EVERY_SECONDS, heard, desk, beats: [well, wrong, late] };
	} finally {
		await n8n.kill();
		await outside.close();
		rmSync(userFolder, { recursive: true, force: true });
	}
}
