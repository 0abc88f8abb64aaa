import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { parseWorkflow, workflowHash } from '../../../core/audit';
import { definitionsHash } from '../../../core/release/diff/definitions';
import { settingsHash } from '../../../core/release/diff/settings';
import { flagsHash } from '../../../core/rollout/report';
import { recordReleased } from '../../../app/release';
import { sha256 } from '../../../core/delivery/canonical';
import { parseSpineSettings } from '../../../core/delivery/spine';
import { manifestFor, preset } from '../../support/release';
import { runWorkflow } from '../../../testbed/engine/n8n';
import { refuseAgents } from '../../../nodes/kit/giver';
import { Release } from '../../../nodes/Release/Release.node';
import { dueItems, ledger, OWN, ownUserFolder, settings, single } from '../kit/spine';
import { readTemplate } from '../../workflows/template';

const quiet = preset('quiet-content-delivery');
const run = async (type: string, parameters: object, json: object = {}, more: object = {}) =>
	await runWorkflow(single({ type: `${OWN}.${type}`, parameters, ...more }), {
		triggerItems: [{ json: json as IDataObject }],
	});
const on = { resource: 'release', release: 'r-1' };
const gate = { operation: 'evaluate', release: 'r-1' };

let home: ReturnType<typeof ownUserFolder>;
beforeEach(async () => {
	home = ownUserFolder();
	await dueItems([]);
});
afterEach(async () => await home.remove());

const manifest = (change: object = {}) => ({ ...manifestFor(quiet, { subject: 'content' }), ...change });
const open = (change: object = {}) =>
	run('release', { resource: 'release', operation: 'open' }, { manifest: manifest(change) });

describe('a release on the canvas', () => {
	it('is opened from an object or from text, and shown with what it is bound to', async () => {
		const first = await open();
		expect(first.error).toBeUndefined();
		expect(first.json('Node')[0]).toMatchObject({
			release: 'r-1',
			opened: 'opened',
			stage: 'draft',
			class: 'critical',
			policyVersion: 0,
		});
		const again = await run(
			'release',
			{ resource: 'release', operation: 'open', manifestField: 'body.manifest' },
			{ body: { manifest: JSON.stringify(manifest()) } },
		);
		expect(again.json('Node')[0]?.opened).toBe('unchanged');
		const shown = await run('release', { ...on, operation: 'show' });
		expect(shown.json('Node')[0]).toMatchObject({ manifest: { id: 'r-1' }, evidence: [], approvals: [] });
		const listed = await run('release', { resource: 'release', operation: 'list', spine: 'content' });
		expect(listed.json('Node').map(({ release }) => release)).toEqual(['r-1']);
	});

	it('names every problem of a manifest, and goes on with the other items', async () => {
		const wrong = await open({ surprise: 1, id: 'NO' });
		expect(wrong.error?.message).toMatch(/2 problems/);
		expect(wrong.error?.description).toContain('docs/reference/release-manifest.md');
		const both = await runWorkflow(
			single({
				type: `${OWN}.release`,
				parameters: { resource: 'release', operation: 'open' },
				onError: 'continueRegularOutput',
			}),
			{ triggerItems: [{ json: { manifest: 'no json' } }, { json: { manifest: manifest() as never } }] },
		);
		expect(both.json('Node')[0]?.releaseGate).toMatchObject({ reason: 'field-unreadable' });
		expect(both.json('Node')[1]).toMatchObject({ opened: 'opened' });
	});

	it('takes a word of a person who may, and no other', async () => {
		await open();
		const word = { ...on, operation: 'approve', person: 'Lea Lead', role: 'leadership', verdict: 'approved' };
		const yes = await run('release', word);
		expect(yes.json('Node')[0]?.approval).toMatchObject({ person: 'Lea Lead', verdict: 'approved' });
		const author = await run('release', { ...word, person: 'ANN@example.com' });
		expect(author.error?.message).toContain('asked for or wrote part');
		const stale = await run('release', { ...word, options: { hash: '0'.repeat(64) } });
		expect(stale.error?.message).toContain('another state');
	});

	const form = {
		name: 'Form',
		type: 'n8n-nodes-base.formTrigger',
		typeVersion: 2.6,
		position: [0, 0],
		parameters: { authentication: 'n8nUserAuth', formTitle: 'Approve', formFields: { values: [] } },
	};
	const approving = (trigger: object, own: object = {}) => {
		const workflow = single({
			type: `${OWN}.release`,
			parameters: {
				...on,
				operation: 'approve',
				person: 'Typed Name',
				role: 'leadership',
				verdict: 'approved',
			},
			...own,
		}) as unknown as { nodes: { name: string }[]; connections: Record<string, unknown> };
		const [first = { name: '' }, ...others] = workflow.nodes;
		const between = {
			name: 'Set Role',
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			position: [100, 0],
			parameters: {},
		};
		return {
			...workflow,
			nodes: [{ ...trigger, name: first.name }, between, ...others],
			connections: {
				[first.name]: { main: [[{ node: 'Set Role', type: 'main', index: 0 }]] },
				'Set Role': workflow.connections[first.name],
			},
		} as never;
	};
	const user = { id: 'u-7', email: 'lea@example.com', firstName: 'Lea', lastName: 'Lead' };

	it('knows who is signed in to the form before it, and takes nobody else at their word', async () => {
		await open();
		const trigger = { triggerItems: [{ json: { user } }] };
		const signed = await runWorkflow(approving(form), trigger);
		expect(signed.json('Node')[0]?.approval).toMatchObject({
			person: 'Lea Lead',
			account: { id: 'u-7', email: 'lea@example.com' },
		});
		expect(signed.json('Node')[0]?.approval).not.toHaveProperty('typedBy');
		// The same item from a form that lets anybody in, from another trigger, or pinned in the editor, is typed.
		const anybody = { ...form, parameters: { ...form.parameters, authentication: 'none' } };
		const webhook = { ...form, type: 'n8n-nodes-base.webhook', parameters: {} };
		for (const other of [anybody, webhook]) {
			const typed = await runWorkflow(approving(other), trigger);
			expect(typed.json('Node')[0]?.approval).toMatchObject({
				person: 'Typed Name',
				typedBy: expect.any(String) as unknown,
			});
			expect(typed.json('Node')[0]?.approval).not.toHaveProperty('account');
		}
	});

	it('lets nobody accept records who is not signed in, and says so where nothing disagrees', async () => {
		await open();
		const accept = { parameters: { resource: 'ledger', operation: 'accept', reason: 'looked at' } };
		const trigger = { triggerItems: [{ json: { user } }] };
		const signed = await runWorkflow(approving(form, accept), trigger);
		expect(signed.json('Node')[0]).toMatchObject({ status: 'nothing to accept' });
		const typed = await runWorkflow(
			approving({ ...form, type: 'n8n-nodes-base.webhook', parameters: {} }, accept),
			trigger,
		);
		expect(typed.error?.message).toContain('Nobody is signed in');
	});

	it('is no tool of an agent', async () => {
		const { description } = new Release();
		const operations = description.properties.filter(({ name }) => name === 'operation');
		const hidden = operations
			.flatMap(({ options = [] }) => options as readonly { value: string; displayOptions?: object }[])
			.filter(({ displayOptions }) => displayOptions !== undefined);
		expect(hidden.map(({ value, displayOptions }) => [value, displayOptions])).toEqual([
			['accept', { hide: { '@tool': [true] } }],
			['erase', { hide: { '@tool': [true] } }],
			['approve', { hide: { '@tool': [true] } }],
			['look', { hide: { '@tool': [true] } }],
			['prepare', { hide: { '@tool': [true] } }],
			['evidence', { hide: { '@tool': [true] } }],
			['mendClock', { hide: { '@tool': [true] } }],
		]);
		for (const type of ['releaseTool', 'n8n-nodes-release-gate.releaseTool'])
			expect(() => refuseAgents({ getNode: () => ({ type }) as never })).toThrow(/agent/);
		expect(() => refuseAgents({ getNode: () => ({ type: `${OWN}.release` }) as never })).not.toThrow();
	});

	it('cannot be promoted past the gate', async () => {
		await open();
		const refused = await run('release', { ...on, operation: 'promote', stage: 'deploying' });
		expect(refused.error?.message).toContain('cannot go from draft to deploying');
		const moved = await run('release', { ...on, operation: 'promote', stage: 'prepared' });
		expect(moved.json('Node')[0]).toMatchObject({ stage: 'prepared' });
		const closed = await run('release', { ...on, operation: 'close' });
		expect(closed.json('Node')[0]).toMatchObject({ stage: 'closed', nextStages: [] });
	});

	it('writes quiet notes, and refuses public ones', async () => {
		await open();
		const notes = await run('release', { ...on, operation: 'notes', audience: 'policy' });
		expect(notes.json('Node')[0]).toMatchObject({ audience: 'internal', documented: false });
		const loud = await run('release', { ...on, operation: 'notes', audience: 'public' });
		expect(loud.error?.message).toContain('does not announce');
	});
});

describe('machines that look', () => {
	const spine = readTemplate('content-delivery-spine.json');
	const definitions = [
		{ name: 'cc_delivery_status', type: 'enumeration', fieldType: 'select', options: [{ value: 'active' }] },
	];
	const wider = [...definitions, { name: 'cc_tone', type: 'string', fieldType: 'text' }];
	const sql = 'ALTER TABLE users ADD COLUMN tone text;';
	const present = parseSpineSettings(settings());
	const artifacts = {
		workflow: workflowHash(parseWorkflow(spine, 'spine')),
		schema: definitionsHash(wider as never),
		sql: sha256(sql),
		policy: settingsHash(present),
		flags: flagsHash([]),
	};
	const answers = async (parameters: object, json: object = {}) => {
		const done = await run('release', { ...on, operation: 'evidence', ...parameters }, json);
		expect(done.error).toBeUndefined();
		const [record] = done.json('Node') as [{ evidence: { check: string; status: string }[] }];
		return Object.fromEntries(record.evidence.map(({ check, status }) => [check, status]));
	};

	it('audit the workflow and raise the class by what its diff shows', async () => {
		await open({ artifacts });
		const edited = JSON.parse(JSON.stringify(spine)) as typeof spine;
		const email = edited.nodes.find(({ name }) => name === 'Send Email');
		(email as unknown as { parameters: { url: string } }).parameters.url = 'https://elsewhere.example.com';
		// What the editor leaves out because it is the default is no change, told by the n8n that runs the node.
		const due = edited.nodes.find(({ name }) => name === 'Get Due Deliveries');
		delete (due as unknown as { parameters: { operation?: string } }).parameters.operation;
		const found = await answers({ source: 'workflow' }, { workflow: spine, production: edited });
		expect(Object.keys(found).sort()).toEqual([
			'commit-only-on-success',
			'idempotency-preserved',
			'no-optimistic-writes',
			'no-per-user-workflows',
			'single-spine',
		]);
		const { body } = (await (await ledger()).records.get('release', ['r-1']))[0] ?? {};
		expect(JSON.stringify(body)).toContain('the node Send Email changes (url)');
		expect(JSON.stringify(body)).not.toContain('Get Due Deliveries changes');
	});

	it('compare definitions, settings, flags and SQL', async () => {
		await (await ledger()).spines.configure(present, 'test');
		await open({ artifacts });
		expect(
			await answers(
				{ source: 'schema', defaults: '{"cc_tone": "warm"}' },
				{ before: definitions, after: { results: wider }, now: wider },
			),
		).toEqual({
			'schema-updated': 'pass',
			'backward-compatible': 'pass',
			'no-destructive-migration': 'pass',
			'defaults-defined': 'pass',
		});
		expect(await answers({ source: 'schema' }, { before: wider, after: wider })).toMatchObject({
			'schema-updated': 'pass',
		});
		expect(await answers({ source: 'settings' }, { settings: present })).toEqual({
			'backward-compatible': 'pass',
			'cadence-not-compressed': 'pass',
		});
		expect(await answers({ source: 'flags' })).toEqual({
			'flags-default-off': 'pass',
			'flagged-or-gated': 'fail',
		});
		expect(await answers({ source: 'monitor' }, { workflow: spine })).toEqual({
			'alerts-before-impact': 'fail',
			'needs-no-babysitting': 'fail',
		});
	});

	it('hold what they looked at against what the manifest names', async () => {
		await open({ artifacts: { ...artifacts, schema: '9'.repeat(64) } });
		expect(await answers({ source: 'schema' }, { before: wider, after: wider })).toMatchObject({
			'schema-updated': 'unknown',
		});
	});

	it('lint SQL under a policy that asks, and say why text does not parse', async () => {
		await run('release', {
			resource: 'policy',
			operation: 'set',
			spine: 'content',
			preset: 'weekly-software-release',
		});
		await open({ artifacts });
		expect(await answers({ source: 'sql' }, { sql })).toEqual({ 'migrations-additive': 'pass' });
		const wrong = await run(
			'release',
			{ ...on, operation: 'evidence', source: 'sql' },
			{ sql: 'ALTER TABEL x' },
		);
		expect(wrong.error?.message).toContain('does not parse');
	});

	it('see what SQL takes away, keep counts of its use, and let the gate judge them', async () => {
		await run('release', {
			resource: 'policy',
			operation: 'set',
			spine: 'content',
			preset: 'weekly-software-release',
		});
		const drop = 'ALTER TABLE users DROP COLUMN email;';
		await open({ artifacts: { ...artifacts, sql: sha256(drop) } });
		const evidence = { ...on, operation: 'evidence' };
		const lint = await run('release', { ...evidence, source: 'sql' }, { sql: drop });
		expect(lint.json('Node')[0]).toMatchObject({
			expands: [],
			contracts: [{ name: 'users.email', how: 'dropped', line: 1 }],
		});
		const unread = async () => {
			const { openChecks } = (await run('releaseGate', gate)).json('Node')[0] as {
				openChecks: { check: string; reason: string; remedy: string }[];
			};
			return openChecks.find(({ check }) => check === 'contract-unread');
		};
		expect(await unread()).toMatchObject({
			reason: expect.stringContaining('Nobody counted the reads of users.email') as unknown,
			remedy: expect.stringContaining('Reads of Old Columns') as unknown,
		});
		const at = new Date(Date.now() - 60_000).toISOString();
		const count = { name: 'users.email', value: 0, window: 'P7D', at, source: 'Datadog' };
		const field = { ...evidence, source: 'reads', readsField: 'count' };
		const kept = await run('release', field, { count });
		expect(kept.json('Node')[0]).toMatchObject({ reads: [{ ...count, at: Date.parse(at) }] });
		expect(await unread()).toBeUndefined();
		const shown = await run('release', { ...on, operation: 'show' });
		expect(shown.json('Node')[0]).toMatchObject({
			migration: { contracts: [{ name: 'users.email' }] },
			reads: [{ name: 'users.email', value: 0 }],
		});
		const unclear = await run('release', field, { count: [{ ...count, value: null }, { name: 'users' }] });
		expect(unclear.error?.message).toMatch(
			/The readings have 5 problems: 0.value: .* 1.at: use milliseconds/,
		);
	});

	it('cannot be spoken for', async () => {
		await open({ artifacts });
		const said = await run('release', {
			...on,
			operation: 'evidence',
			source: 'person',
			person: 'Eve',
			role: 'engineering',
			check: 'single-spine',
			status: 'pass',
			grounds: 'I am sure.',
		});
		expect(said.error?.message).toContain("may not answer 'single-spine'");
	});
});

describe('a policy on the canvas', () => {
	it('is set with overrides, shown as a diff, and kept by version', async () => {
		const set = { resource: 'policy', operation: 'set', spine: 'content', preset: quiet.name };
		const first = await run('release', { ...set, overrides: '{"drill": {"maxDuration": "PT4M"}}' });
		expect(first.json('Node')[0]).toMatchObject({
			version: 1,
			differences: [{ path: 'drill.maxDuration', from: '"PT5M"', to: '"PT4M"' }],
		});
		const shown = await run('release', { resource: 'policy', operation: 'show', spine: 'content' });
		expect(shown.json('Node')[0]).toMatchObject({ version: 1, preset: quiet.name });
		const wrong = await run('release', { ...set, overrides: '{"drill": {"maxDuration": "soon"}}' });
		expect(wrong.error?.message).toContain('drill.maxDuration');
	});

	it('of a released spine asks for less only behind a form: two nodes, as docs/reference/policies.md says', async () => {
		await recordReleased(
			{ ledger: await ledger(), now: Date.now },
			'content',
			{ release: 'r-1', workflow: 'spine', version: 'v1', workflows: {}, at: Date.now(), by: 'test' },
			null,
		);
		const parameters = {
			...{ resource: 'policy', operation: 'set', spine: 'content', preset: quiet.name },
			overrides: '{"people": {"alone": {"coolingOff": "PT2H"}}}',
		};
		expect((await run('release', parameters)).error?.message).toContain('would hold it to less');
		const form = {
			name: 'On form submission',
			type: 'n8n-nodes-base.formTrigger',
			typeVersion: 2.6,
			position: [0, 0],
			parameters: { authentication: 'n8nUserAuth', formTitle: 'Our policy', formFields: { values: [] } },
		};
		const node = { name: 'Release', type: `${OWN}.release`, typeVersion: 1, position: [200, 0], parameters };
		const behind = await runWorkflow(
			{
				nodes: [form, node],
				connections: { [form.name]: { main: [[{ node: node.name, type: 'main', index: 0 }]] } },
			} as never,
			{
				triggerItems: [
					{ json: { user: { id: 'u-7', email: 'lea@example.com', firstName: 'Lea', lastName: 'Lead' } } },
				],
			},
		);
		expect(behind.error).toBeUndefined();
		expect(behind.json('Release')[0]).toMatchObject({
			version: 1,
			setBy: expect.stringContaining('Lea Lead ('),
		});
	});
});

describe('the gate on the canvas', () => {
	it('holds on output 0 with every check, its reason and its remedy', async () => {
		await open();
		const held = await run('releaseGate', gate);
		expect(held.error).toBeUndefined();
		expect(held.json('Node', 1)).toEqual([]);
		const [item] = held.json('Node', 0) as [Record<string, never>];
		expect(item).toMatchObject({
			releaseGate: { status: 'hold', stage: 'draft' },
			decision: { decision: 'hold', policyVersion: 0 },
		});
		expect(String(item.decisionText)).toContain('UNKNOWN');
		const openChecks = item.openChecks as unknown as { reason: string; remedy: string }[];
		expect(openChecks.length).toBeGreaterThan(5);
		for (const { reason, remedy } of openChecks) expect([reason, remedy]).not.toContain('');
	});

	it('reads status pages and headers as they come, and leaves out what it cannot read', async () => {
		await open();
		const json = {
			headers: { 'x-hubspot-ratelimit-max': '100', 'X-HubSpot-RateLimit-Remaining': '90' },
			vendors: {
				hubspot: { status: { indicator: 'none' } },
				postmark: { page: { state: 'degraded' } },
				openai: '<html>',
			},
			total: 3,
		};
		const readings = { headersField: 'headers', vendorsField: 'vendors', newContactsField: 'total' };
		const held = await run('releaseGate', { ...gate, readings }, json);
		const [item] = held.json('Node', 0) as [{ decision: { checks: { id: string; status: string }[] } }];
		const status = new Map(item.decision.checks.map((check) => [check.id, check.status]));
		expect(status.get('api-calls')).toBe('pass');
		expect(status.get('onboarding')).toBe('pass');
		expect(status.get('vendor-hubspot')).toBe('pass');
		expect(status.get('vendor-postmark')).toBe('fail');
		expect(status.get('vendor-openai')).toBe('unknown');
	});

	it('never ships what it does not know: the error leaves on hold', async () => {
		const nobody = await run('releaseGate', gate, {}, { onError: 'continueRegularOutput' });
		expect(nobody.json('Node', 0)[0]?.releaseGate).toMatchObject({ reason: 'release-unknown' });
		expect(nobody.json('Node', 1)).toEqual([]);
		const wrong = await run(
			'releaseGate',
			gate,
			{ readings: { apiCallsLeft: 2 } },
			{ onError: 'continueRegularOutput' },
		);
		expect(wrong.json('Node', 0)[0]?.releaseGate).toMatchObject({ status: 'refused' });
	});
});
