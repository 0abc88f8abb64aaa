/**
 * Plays one row of the matrix in the n8n that RG_N8N_ROOT and RG_N8N_NODE name, with the package unpacked in RG_PACKAGE,
 * and prints it as JSON on its last line. `main.ts` starts it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { gateError } from '../../core/errors';
import { runCommand } from '../../testbed/n8n/command';
import { listExecutions, type Execution } from '../../testbed/n8n/executions';
import { Instance } from '../../testbed/n8n/instance';
import { nodeBinary, packageRoot, runRoot } from '../../testbed/n8n/paths';
import { record } from '../../testbed/n8n/session';
import type { InstanceSettings } from '../../testbed/n8n/settings';
import type { WorkflowFile } from '../../testbed/n8n/workflows';
import { portsOf } from '../../testbed/ports';
import { sandboxToken, startStandIns } from '../../testbed/standins';
import { templateFiles } from '../../testbed/template-files';
import { countTemplates, importTemplates, missingVersions, reportOnVersion3 } from './templates';
import { create, nextExecution, publish, testCredential } from './rest';
import { notRun, passed, failed, refused, type Outcome, type PlayedRow } from './outcome';
import { recipients, releaseByForm, spine, triggerOn } from './workflows';

const root = process.env.RG_N8N_ROOT ?? '';
const packageFolder = process.env.RG_PACKAGE ?? packageRoot;
const ports = portsOf('matrix');
const database = 'release_gate_matrix';

const nodeVersion = execFileSync(nodeBinary, ['--version'], { encoding: 'utf8' }).trim().slice(1);
/** What the package says where Node has no SQLite it can use. */
const tooOld = gateError('ledger-node-too-old', { version: nodeVersion }).message;

const versionIn = (folder: string): string =>
	(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;

/** n8n's default engine for expressions, as its configuration says; `legacy` before there was a choice. */
function defaultEngine(): string {
	const file = join(root, 'node_modules', '@n8n', 'config', 'dist', 'configs', 'expression-engine.config.js');
	return existsSync(file)
		? (/this\.engine = '(\w+)'/.exec(readFileSync(file, 'utf8'))?.[1] ?? 'legacy')
		: 'legacy';
}

/** One part of the row: what it gives, or the sentence it failed with. */
async function part(name: string, play: () => Promise<string>): Promise<Outcome> {
	try {
		const said = await play();
		console.log(`  ${name}: ok${said === '' ? '' : ` (${said})`}`);
		return passed(said);
	} catch (problem) {
		const why =
			problem instanceof Error && problem.cause instanceof Error ? `: ${problem.cause.message}` : '';
		const said = `${problem instanceof Error ? problem.message : String(problem)}${why}`;
		console.log(`  ${name}: ${said}`);
		return said.includes(tooOld) ? refused(tooOld) : failed(said);
	}
}

/** Asks until the path is served: n8n answers 404 for a moment after a workflow was published. */
async function served(url: string, init?: RequestInit): Promise<Response> {
	for (const giveUpAt = Date.now() + 60_000; ; await sleep(500)) {
		// A kept connection may turn out to be closed.
		const answer = await fetch(url, init).catch(() => null);
		if (answer?.ok) return answer;
		if (answer === null && Date.now() < giveUpAt) continue;
		if (answer === null) throw new Error(`${url} did not answer`);
		if (answer.status !== 404 || Date.now() > giveUpAt)
			throw new Error(`${url} answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`);
	}
}

const outputOf = (execution: Execution, node: string, output: number): number =>
	execution.nodes[node]?.outputs[output] ?? 0;

/** Runs the spine twice: everybody once, and nobody again. */
async function twice(
	n8n: Instance,
	path: string,
	credentials?: WorkflowFile['nodes'][number]['credentials'],
) {
	const id = await create(n8n.session, spine(path, credentials));
	await publish(n8n.session, id);
	const known = new Set<string>();
	for (const expected of [recipients, 0]) {
		await served(`${n8n.url}/webhook/${path}`, { method: 'POST' });
		const execution = await nextExecution(n8n.session, id, known);
		known.add(execution.id);
		if (execution.status !== 'success') throw new Error(execution.error ?? execution.status);
		const committed = outputOf(execution, 'Commit', 1);
		if (committed !== expected) {
			const seen = Object.entries(execution.nodes).map(
				([node, { outputs }]) => `${node} ${outputs.join('/')}`,
			);
			throw new Error(`${committed} committed, not ${expected}: ${seen.join(', ')}`);
		}
	}
	return `${recipients}, then 0`;
}

async function onPostgres(n8n: Instance): Promise<Outcome> {
	const url = process.env.TEST_POSTGRES_URL;
	if (url === undefined) return notRun('TEST_POSTGRES_URL is not set');
	const admin = new Client({ connectionString: url });
	await admin.connect();
	try {
		await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
		await admin.query(`CREATE DATABASE ${database}`);
		const own = new URL(url);
		own.pathname = `/${database}`;
		const data = {
			store: 'postgres',
			connection: 'url',
			connectionSecret: own.href,
			schema: 'release_gate',
			ssl: 'off',
			encryptionSecret: '',
		};
		return await part('spine on Postgres', async () => {
			const type = 'releaseGateLedgerApi';
			const tested = await testCredential(n8n.session, type, data);
			if (tested !== 'OK') throw new Error(`credential test: ${tested}`);
			const saved = await n8n.session.call('POST', '/rest/credentials', { name: 'Ledger', type, data });
			const { id, name } = record(saved.data);
			return await twice(n8n, 'matrix-postgres', { [type]: { id: String(id), name: String(name) } });
		});
	} finally {
		await n8n.stop();
		await admin.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
		await admin.end();
	}
}

/** Opens a release through a form and waits until the trigger starts on the gate's answer. */
async function formAndTrigger(
	n8n: Instance,
	formVersion: number,
): Promise<{ form: Outcome; trigger: Outcome }> {
	const watching = await create(n8n.session, triggerOn('held', undefined));
	const watched = await part('trigger published', async () => {
		await publish(n8n.session, watching);
		return '';
	});
	const form = await part('form', async () => {
		const path = 'matrix-release';
		const id = await create(n8n.session, releaseByForm(path, formVersion, undefined));
		await publish(n8n.session, id);
		const page = await (await served(`${n8n.url}/form/${path}`)).text();
		const token = /const authToken = '([^']+)'/.exec(page)?.[1];
		const body = new FormData();
		body.append('field-0', 'from-a-form');
		const sent = await fetch(`${n8n.url}/form/${path}`, {
			method: 'POST',
			body,
			headers: token === undefined ? {} : { 'x-auth-token': token },
		});
		if (!sent.ok) throw new Error(`the form answered ${sent.status}: ${(await sent.text()).slice(0, 200)}`);
		const execution = await nextExecution(n8n.session, id, new Set());
		const held = execution.items.Gate?.[0]?.[0];
		const decision = record(record(held).decision).decision;
		if (execution.status !== 'success' || decision !== 'hold')
			throw new Error(`${execution.error ?? execution.status}: ${JSON.stringify(held ?? execution.nodes)}`);
		return `form trigger ${formVersion}`;
	});
	if (watched.status !== 'passed' || form.status !== 'passed') return { form, trigger: watched };
	const trigger = await part('trigger', async () => {
		const execution = await nextExecution(n8n.session, watching, new Set(), 150_000);
		if (execution.status !== 'success') throw new Error(execution.error ?? execution.status);
		const seen = (await listExecutions(n8n.session, watching)).length;
		return `${outputOf(execution, 'Event', 0)} event in ${seen} run`;
	});
	return { form, trigger };
}

async function credentialTests(n8n: Instance, hubspot: string): Promise<Outcome> {
	return await part('credential tests', async () => {
		const key = await n8n.session.createApiKey('matrix', ['workflow:list', 'workflow:read']);
		const api = `${n8n.url}/api/v1`;
		const ledger = { store: 'sqlite', file: '', encryptionSecret: '' };
		const wanted: readonly (readonly [string, Record<string, unknown>, boolean])[] = [
			['releaseGateLedgerApi', ledger, true],
			['releaseGateHubSpotApi', { accessToken: sandboxToken, baseUrl: hubspot }, true],
			['releaseGateHubSpotApi', { accessToken: 'wrong', baseUrl: hubspot }, false],
			['releaseGateN8nApi', { baseUrl: api, apiKey: key }, true],
			['releaseGateN8nApi', { baseUrl: api, apiKey: 'wrong' }, false],
			['releaseGateN8nApi', { baseUrl: n8n.url, apiKey: key }, true],
			['releaseGateN8nApi', { baseUrl: `${n8n.url}/home/v1`, apiKey: key }, false],
		];
		for (const [type, data, good] of wanted) {
			const said = await testCredential(n8n.session, type, data);
			if ((said === 'OK') !== good)
				throw new Error(`${type} ${JSON.stringify({ ...data, apiKey: undefined })}: ${said}`);
		}
		return `${wanted.length}`;
	});
}

async function play(): Promise<PlayedRow> {
	const userFolder = join(runRoot, 'matrix');
	rmSync(userFolder, { recursive: true, force: true });
	const settings: InstanceSettings = {
		userFolder,
		port: ports.n8n,
		brokerPort: ports.broker,
		packageFolder,
	};
	const importing = await part('import:workflow', async () => {
		await importTemplates(settings, runCommand);
		return '';
	});
	const standIns = await startStandIns({
		hubspotPort: ports.hubspot,
		postmarkPort: ports.postmark,
		generatorPort: ports.generator,
		contacts: 5,
		hubspotLimits: 'none',
	});
	let n8n: Instance | null = null;
	try {
		n8n = await Instance.boot(settings);
		return await inRunning(n8n, importing, standIns.hubspot.url);
	} finally {
		await n8n?.kill();
		await standIns.close();
	}
}

/** What is played once n8n runs; it is stopped before the database of the ledger is dropped. */
async function inRunning(n8n: Instance, importing: Outcome, hubspot: string): Promise<PlayedRow> {
	const imported =
		importing.status === 'passed'
			? await part('templates imported', async () => await countTemplates(n8n.session))
			: importing;
	const lacking = await missingVersions(n8n.session);
	// Before anything else is saved: it reports on every workflow there is.
	const version3 = await part(
		'report on version 3',
		async () => (await reportOnVersion3(n8n.session)) ?? 'this n8n has none',
	);
	const sqlite = await part('spine on SQLite', async () => await twice(n8n, 'matrix-sqlite'));
	const credentials = await credentialTests(n8n, hubspot);
	const { form, trigger } = await formAndTrigger(
		n8n,
		lacking.versions['n8n-nodes-base.formTrigger']?.at(-1) ?? 2,
	);
	const postgres = await onPostgres(n8n);
	return {
		n8n: versionIn(join(root, 'node_modules', 'n8n')),
		node: nodeVersion,
		engine: defaultEngine(),
		templates: templateFiles().length,
		imported,
		lacking: lacking.missing,
		versions: lacking.versions,
		sqlite,
		postgres,
		form,
		trigger,
		credentials,
		version3,
		neighbours: [],
		at: new Date().toISOString().slice(0, 10),
	};
}

play().then(
	(row) => console.log(JSON.stringify(row)),
	(problem: unknown) => {
		console.error(problem);
		process.exitCode = 1;
	},
);
