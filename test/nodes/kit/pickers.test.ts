import { mkdtempSync, existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LoadOptionsContext, PollContext } from 'n8n-core';
import {
	type IDataObject,
	type INode,
	type INodeListSearchResult,
	type IPollFunctions,
	type IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';
import { openRelease, setPolicy } from '../../../app/release';
import { setRollout } from '../../../app/rollout/flags';
import { DueDeliveries } from '../../../nodes/DueDeliveries/DueDeliveries.node';
import { ReleaseTrigger } from '../../../nodes/ReleaseTrigger/ReleaseTrigger.node';
import { type ledgerSearches } from '../../../nodes/kit/searches';
import { LazyNodeTypes, runWorkflow } from '../../../testbed/engine/n8n';
import { MapCredentials } from '../../../testbed/engine/n8n-credentials';
import { manifestFor, preset } from '../../support/release';
import { dueItems, ledger, OWN, ownUserFolder, single } from './spine';

const SPINE = 'content';

/** How the spine is given: by the plain text of a workflow that was saved before, or by each way of the picker. */
const forms: ReadonlyArray<readonly [form: string, spine: string | IDataObject]> = [
	['a plain name, as saved before', SPINE],
	['a plain expression, as saved before', '={{ $json.of }}'],
	['the list', { __rl: true, mode: 'list', value: SPINE, cachedResultName: SPINE }],
	['the name', { __rl: true, mode: 'name', value: ` ${SPINE} ` }],
	['an expression', { __rl: true, mode: 'name', value: '={{ $json.of }}' }],
];

/** One node of each type that takes the name of a spine, and what it says of it. */
const nodes: ReadonlyArray<
	readonly [type: string, name: string, parameters: IDataObject, said: (run: IDataObject[][]) => unknown]
> = [
	[
		'idempotencyCheck',
		'spine',
		{ operation: 'claim', source: 'standalone', recipientField: 'id' },
		([, deliver]) => (deliver?.[0]?.delivery as IDataObject | undefined)?.spine,
	],
	['deliveryCommit', 'spine', { operation: 'settle', settleBy: 'policy' }, ([, done]) => done?.[0]?.spine],
	[
		'dueDeliveries',
		'spine',
		{ operation: 'get', contacts: 'items', idField: 'id', propertiesField: '' },
		([due]) => (due?.[0]?.delivery as IDataObject | undefined)?.spine,
	],
	['stabilizationCheck', 'subject', { operation: 'levels' }, ([first]) => first?.[0]?.subject],
	['release', 'spine', { resource: 'spine', operation: 'show' }, ([record]) => record?.[0]?.spine],
	[
		'rollbackSnapshot',
		'spine',
		{ operation: 'capture', snapshot: 's-1', contactsFrom: 'none', definitions: false },
		([, record]) =>
			((record?.[0]?.snapshot as IDataObject | undefined)?.scope as IDataObject | undefined)?.spine,
	],
];

let home: ReturnType<typeof ownUserFolder>;

beforeEach(() => {
	home = ownUserFolder();
});

afterEach(async () => await home.remove());

describe.each(nodes)('%s takes a spine', (type, name, parameters, said) => {
	it.each(forms)('by %s', async (_form, spine) => {
		await dueItems(['1']);
		const node = { type: `${OWN}.${type}`, parameters: { ...parameters, [name]: spine } };
		const contact = { id: '2', of: SPINE, email: 'a@example.com', cc_delivery_status: 'active' };
		const run = await runWorkflow(single(node), { triggerItems: [contact] });
		expect(run.error).toBeUndefined();
		expect(said([0, 1, 2].map((output) => run.json('Node', output)))).toBe(SPINE);
	});
});

/** What n8n's server gives a node besides a run. */
const additionalData = (credentials: Readonly<Record<string, IDataObject>> = {}) =>
	({ credentialsHelper: new MapCredentials(credentials) }) as unknown as IWorkflowExecuteAdditionalData;

const alone = (type: string, parameters: IDataObject, credentials?: INode['credentials']) => {
	const node = {
		id: 'n',
		name: 'Node',
		type: `${OWN}.${type}`,
		typeVersion: 1,
		position: [0, 0],
		parameters,
	};
	const one = { ...node, ...(credentials ? { credentials } : {}) } as INode;
	const workflow = new Workflow({
		id: 'w',
		nodes: [one],
		connections: {},
		active: false,
		nodeTypes: new LazyNodeTypes(),
	});
	return { node: workflow.getNode('Node')!, workflow };
};

it.each(forms.filter(([form]) => !form.includes('expression')))(
	'the trigger takes a spine by %s',
	async (_form, subject) => {
		const books = await ledger();
		const event = {
			kind: 'release.rolled-back',
			subject: 'r-1',
			sentence: 'Back.',
			data: { to: 'rolled-back' },
		};
		await books.events.append([
			{ ...event, spine: SPINE },
			{ ...event, spine: 'another' },
		]);
		await books.events.seal();
		const { node, workflow } = alone('releaseTrigger', { events: ['rolledBack'], subject });
		const context: IPollFunctions = new PollContext(workflow, node, additionalData(), 'manual', 'manual');
		const items = await new ReleaseTrigger().poll.call(context);
		expect(items?.[0]?.map(({ json }) => json.spine)).toEqual([SPINE]);
	},
);

/** Asks a list as the editor does: `given` is what the node's other parameters hold. */
const search = async (
	method: keyof typeof ledgerSearches,
	{ filter, credential, given = {}, page }: Asked = {},
): Promise<INodeListSearchResult> => {
	const type = 'releaseGateLedgerApi';
	const chosen = credential ? { [type]: { id: '1', name: 'Ledger' } } : undefined;
	const { node, workflow } = alone('release', given, chosen);
	const data = Object.assign(additionalData(credential ? { [type]: credential } : {}), {
		currentNodeParameters: given,
	});
	const context = new LoadOptionsContext(workflow, node, data, 'parameters.spine');
	return await new DueDeliveries().methods.listSearch[method].call(context, filter, page);
};

interface Asked {
	readonly filter?: string;
	readonly credential?: IDataObject;
	readonly given?: INode['parameters'];
	readonly page?: string;
}

const values = async (method: keyof typeof ledgerSearches, asked?: Asked) =>
	(await search(method, asked)).results.map(({ value }) => value);

describe('the list of spines', () => {
	it('is searched by a part of the name, whatever its case, in order', async () => {
		for (const spine of ['weekly', 'content-b', 'content-a']) await dueItems([], { spine });
		const names = async (filter?: string) => await values('searchSpines', { filter });
		expect(await names()).toEqual(['content-a', 'content-b', 'weekly']);
		expect(await names('CONT')).toEqual(['content-a', 'content-b']);
		expect(await names('none')).toEqual([]);
	});

	it('has the products, too, where they will do, each once', async () => {
		await dueItems([], { spine: SPINE });
		const ports = { ledger: await ledger(), now: Date.now };
		await setPolicy(ports, SPINE, 'quiet-content-delivery', {}, 'test');
		await setPolicy(ports, 'app', 'weekly-software-release', {}, 'test');
		expect((await search('searchSubjects')).results).toEqual([
			{ name: 'app', value: 'app' },
			{ name: SPINE, value: SPINE },
		]);
		expect((await search('searchSpines')).results).toEqual([{ name: SPINE, value: SPINE }]);
	});

	it('is empty, and makes no ledger, where there is none yet', async () => {
		expect((await search('searchSpines')).results).toEqual([]);
		expect(existsSync(join(home.folder, '.n8n', 'release-gate.sqlite'))).toBe(false);
	});

	it('says why it does not load, and how to mend it', async () => {
		const folder = mkdtempSync(join(tmpdir(), 'release-gate-pickers-'));
		const before = process.env.EXECUTIONS_MODE;
		process.env.EXECUTIONS_MODE = 'queue';
		try {
			const file = join(folder, 'ledger.sqlite');
			await expect(search('searchSpines', { credential: { store: 'sqlite', file } })).rejects.toMatchObject({
				message: expect.stringMatching(/does not run in queue mode.*\. .*Postgres/),
			});
		} finally {
			if (before === undefined) delete process.env.EXECUTIONS_MODE;
			else process.env.EXECUTIONS_MODE = before;
			rmSync(folder, { recursive: true, force: true });
		}
	});
});

describe('the lists of what the ledger records', () => {
	const quiet = preset('quiet-content-delivery');
	const open = async (id: string) => {
		const ports = { ledger: await ledger(), now: Date.now };
		await openRelease(ports, manifestFor(quiet, { id, subject: SPINE }), 'test');
	};

	it('names releases, the newest first, with what they are of and how far they are', async () => {
		await dueItems([], { spine: SPINE });
		for (const id of ['first', 'second']) await open(id);
		expect((await search('searchReleases')).results).toEqual([
			{ name: `second (${SPINE}, draft)`, value: 'second' },
			{ name: `first (${SPINE}, draft)`, value: 'first' },
		]);
		expect(await values('searchReleases', { filter: 'FIRST' })).toEqual(['first']);
		expect(await values('searchReleases', { filter: 'draft' })).toEqual(['second', 'first']);
	});

	it('gives a long list in pages, and looks past pages in which nothing fits', async () => {
		const { records } = await ledger();
		const ids = Array.from({ length: 150 }, (_, at) => `flag-${String(at).padStart(3, '0')}`);
		for (const id of ids)
			await records.write(
				[{ kind: 'flag', id, spine: null, parent: null, body: {}, expectedRevision: 0 }],
				[],
			);
		const first = await search('searchFlags');
		expect(first.results).toHaveLength(100);
		const second = await search('searchFlags', { page: first.paginationToken as string });
		expect([...first.results, ...second.results].map(({ value }) => value).sort()).toEqual(ids);
		expect(second.paginationToken).toBeUndefined();
		expect(await values('searchFlags', { filter: 'flag-000' })).toEqual(['flag-000']);
	});

	it('names flags and snapshots', async () => {
		const ports = { ledger: await ledger(), now: Date.now };
		await setRollout(ports, 'ai-copilot', { to: 'define' }, '', 'test');
		expect((await search('searchFlags')).results).toEqual([{ name: 'ai-copilot', value: 'ai-copilot' }]);
		await dueItems([], { spine: SPINE });
		const run = await runWorkflow(
			single({
				type: `${OWN}.rollbackSnapshot`,
				parameters: {
					operation: 'capture',
					snapshot: 's-1',
					spine: SPINE,
					contactsFrom: 'none',
					definitions: false,
				},
			}),
		);
		expect(run.error).toBeUndefined();
		const today = new Date().toISOString().slice(0, 10);
		expect((await search('searchSnapshots')).results).toEqual([
			{ name: `s-1 (${SPINE}, ${today})`, value: 's-1' },
		]);
	});

	it('names the roles and checks of the policy of the release that is chosen beside them', async () => {
		await dueItems([], { spine: SPINE });
		await setPolicy({ ledger: await ledger(), now: Date.now }, SPINE, 'quiet-content-delivery', {}, 'test');
		await open('first');
		for (const release of ['first', { __rl: true, mode: 'list', value: 'first' }]) {
			const given = { resource: 'release', operation: 'approve', release };
			const roles = await values('searchRoles', { given });
			const asked = [
				...Object.values(quiet.approvalsByClass).flatMap(({ anyOf, allOf }) => [...anyOf, ...allOf]),
				...quiet.checks.flatMap(({ answeredBy }) => answeredBy.roles),
			];
			expect(roles).toEqual(expect.arrayContaining([...new Set(asked)]));
			expect(new Set(roles).size).toBe(roles.length);
			const checks = await values('searchChecks', { given });
			expect(checks).toEqual(quiet.checks.map(({ id }) => id));
		}
	});

	it('has no roles before a release is chosen, and says so when there is none of that ID', async () => {
		await dueItems([], { spine: SPINE });
		const given = (release: string) => ({ resource: 'release', operation: 'approve', release });
		expect(await values('searchRoles', { given: given('') })).toEqual([]);
		expect(await values('searchRoles', { given: given('={{ $json.id }}') })).toEqual([]);
		await expect(search('searchRoles', { given: given('none') })).rejects.toMatchObject({
			message: expect.stringContaining("'none'"),
		});
	});
});
