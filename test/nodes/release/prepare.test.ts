import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runWorkflow } from '../../../testbed/engine/n8n';
import type { WorkflowSave } from '../../../core/audit/workflow-state';
import { readTemplate } from '../../workflows/template';
import { ledger, OWN, ownUserFolder, settings, single, workflow } from '../kit/spine';
import { parseSpineSettings } from '../../../core/delivery/spine';
import { startInstance, type Instance } from './n8n-instance';

const spine = 'content-delivery';
const template = readTemplate('content-delivery-spine.json');
const saved = (change: (text: string) => string = (text) => text): WorkflowSave => {
	const {
		name,
		nodes,
		connections,
		settings: own,
	} = JSON.parse(change(JSON.stringify(template))) as typeof template;
	return { name, nodes, connections, settings: own } as WorkflowSave;
};
const opening = (kind: string) => (text: string) =>
	text.replace('You write one short, useful email', `You write one short, ${kind} email`);
const edited = opening('warm');

let home: ReturnType<typeof ownUserFolder>;
let instance: Instance;
beforeEach(async () => {
	home = ownUserFolder();
	const books = await ledger();
	await books.spines.configure(parseSpineSettings(settings({ spine })), 'test');
	instance = await startInstance();
	instance.host.seed('spine', saved());
});
afterEach(async () => {
	await instance.close();
	await home.remove();
});

const prepare = async (options: object = {}, more: object = {}) => {
	const node = {
		type: `${OWN}.release`,
		parameters: {
			resource: 'release',
			operation: 'prepare',
			spine,
			title: 'Warmer opening line',
			why: 'Readers found it cold',
			options: { requestedBy: 'rita@example.com', ...options },
		},
		...more,
	};
	return await runWorkflow(single(node), {
		credentials: { releaseGateN8nApi: instance.credential },
		triggerItems: [{ json: { answered: 'on page 2' } }],
	});
};
const record = async (options: object = {}, more: object = {}) => {
	const run = await prepare(options, more);
	expect(run.error).toBeUndefined();
	return run.json('Node')[0] as Record<string, unknown> & {
		form: { fieldType: string; fieldName?: string; fieldLabel?: string; html?: string }[];
	};
};
/** The words of a page without its markup. */
const words = (text = ''): string =>
	text
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.replace(/ ([.,])/g, '$1')
		.trim();

describe('Release: Prepare on the canvas', () => {
	it('gives the page that asks: what changes, its class, what machines found, and only what people must say', async () => {
		const version = await instance.host.save('spine', saved(edited));
		const { form, ...rest } = await record();
		expect(rest).toMatchObject({
			spine,
			release: `warmer-opening-line-${version}`,
			stage: 'draft',
			class: 'controlled',
			surfaces: ['prompts'],
			shown: expect.stringMatching(
				new RegExp(`^${version} v2:[0-9a-f]{64} v1(?:/[0-9a-f]{0,16}){3}$`),
			) as unknown,
		});
		const [differences, riskClass, findings, ...asked] = form;
		expect(words(differences?.html)).toMatch(
			/^What changes The node Set Config changes \(prompt\), looked at by .* before You write one short, useful email.* after You write one short, warm email/,
		);
		expect(words(riskClass?.html)).toMatch(/^This change is controlled .*prompt.* makes it controlled: /i);
		// Without an account of HubSpot and without a monitor there is more to mend than in a whole set-up.
		expect(words(findings?.html)).toMatch(
			/^What machines found \d+ checks pass, \d+ fail, \d+ have no answer\./,
		);
		expect(words(findings?.html)).toContain('These steps could not be done:');
		expect(asked.map(({ fieldType, fieldName }) => [fieldType, fieldName])).toEqual([
			['textarea', 'failureMode'],
			['textarea', 'documents'],
			['dropdown', 'check:architecture-aligned'],
			['dropdown', 'check:product-contract-kept'],
			['dropdown', 'check:no-user-action'],
			['dropdown', 'check:needs-no-user-attention'],
		]);
		// What the page asks is no finding.
		for (const { fieldLabel = '' } of asked.slice(2))
			expect([fieldLabel, words(findings?.html).includes(fieldLabel)]).toEqual([fieldLabel, false]);
	});

	it('says on the page how much of its policy the spine is held to, and asks no more than that', async () => {
		const books = await ledger();
		await books.spines.configure(parseSpineSettings(settings({ spine, strictness: 'standard' })), 'test');
		await instance.host.save('spine', saved(edited));
		const { form, strictness } = await record();
		expect(strictness).toBe('standard');
		expect(words(form[1]?.html)).toContain(
			'Standard: the checks that machines can answer, and one approval.',
		);
		expect(form.filter(({ fieldName }) => fieldName?.startsWith('check:'))).toEqual([]);
	});

	it('writes what is said of documents into the manifest: links by kind, the rest as the reason', async () => {
		await instance.host.save('spine', saved(edited));
		const { release } = await record({
			failureMode: 'It reads stiffly.',
			documents: 'Runbook: https://docs.example.com/runbook\nNone of the others\nspeaks of wording.',
		});
		const { json } = await runWorkflow(
			single({
				type: `${OWN}.release`,
				parameters: { resource: 'release', operation: 'show', release },
			}),
		);
		const { manifest } = json('Node')[0] as { manifest: { documents: unknown; failureMode: string } };
		expect(manifest.failureMode).toBe('It reads stiffly.');
		expect(manifest.documents).toEqual(
			expect.arrayContaining([
				{ kind: 'runbook', link: 'https://docs.example.com/runbook' },
				{ kind: 'architecture', unchangedBecause: 'None of the others speaks of wording.' },
			]),
		);
	});

	it('takes the hash of a document from what a machine read, keeps it, and stops where it could not be read', async () => {
		await instance.host.save('spine', saved(edited));
		const link = 'https://github.com/acme/docs/blob/main/runbook.md';
		const sha256 = 'a'.repeat(64);
		const documents = `runbook: ${link}\nNone of the others speaks of wording.`;
		const manifestOf = async (release: unknown) => {
			const parameters = { resource: 'release', operation: 'show', release } as never;
			const { json } = await runWorkflow(single({ type: `${OWN}.release`, parameters }));
			return (json('Node')[0] as { manifest: { documents: unknown } }).manifest.documents;
		};
		const { release } = await record({ documents, documentsRead: JSON.stringify([{ link, sha256 }]) });
		const hashed = expect.arrayContaining([{ kind: 'runbook', link, sha256 }]) as unknown;
		expect(await manifestOf(release)).toEqual(hashed);
		// Prepared again without a word about documents, it is the same manifest.
		await record({});
		expect(await manifestOf(release)).toEqual(hashed);
		await expect(
			record({ documents, documentsRead: JSON.stringify([{ link, error: 'Not Found' }]) }),
		).rejects.toThrow(/runbook\.md could not be read by a machine: Not Found/);
	});

	it('holds a draft that was changed after it was shown, with the values, or stops', async () => {
		await instance.host.save('spine', saved(edited));
		const { shown } = await record();
		await instance.host.save('spine', saved(opening('cold')));
		const held = await record({ shown }, { onError: 'continueRegularOutput' });
		expect(held).toMatchObject({
			spine,
			releaseGate: {
				status: 'held',
				reason: 'prepare-draft-changed',
				message: expect.stringContaining(
					'was changed after it was shown: the node Set Config changes (prompt)',
				) as unknown,
			},
		});
		expect(held.form).toBeUndefined();
		expect(words((held.page as { changed: string }).changed)).toMatch(
			/before You write one short, warm email.* after You write one short, cold email/,
		);
		const stopped = await prepare({ shown });
		expect(stopped.error?.message).toContain('was changed after it was shown');
		expect(stopped.error?.description).toContain('nothing of it ships');
	});

	it('asks who asks, and takes no kind that there is none of', async () => {
		await instance.host.save('spine', saved(edited));
		expect((await prepare({ requestedBy: '' })).error?.message).toContain('Nobody is signed in');
		expect((await prepare({ kind: 'urgent' })).error?.message).toContain("'Kind'");
	});

	it('says so when n8n refuses, and lets the item leave with its own fields where it continues', async () => {
		await instance.host.save('spine', saved(edited));
		instance.refuse(403);
		const run = await prepare({}, { onError: 'continueRegularOutput' });
		expect(run.json('Node')[0]).toMatchObject({
			answered: 'on page 2',
			releaseGate: { status: 'refused', remedy: expect.stringMatching(/\w/) as unknown },
		});
		expect((await prepare()).error?.message).toContain('403');
	});
});

describe('who asks', () => {
	const form = {
		type: 'n8n-nodes-base.formTrigger',
		typeVersion: 2.6,
		parameters: { authentication: 'n8nUserAuth', formTitle: 'Release', formFields: { values: [] } },
	};
	const page = {
		type: 'n8n-nodes-base.form',
		typeVersion: 2.5,
		parameters: { defineForm: 'json', jsonOutput: '[]' },
	};
	const node = {
		type: `${OWN}.release`,
		parameters: {
			resource: 'release',
			operation: 'prepare',
			spine,
			title: 'Warmer opening line',
			options: { requestedBy: 'typed@example.com' },
		},
	};
	const user = (id: string) => ({ user: { id, email: `${id}@example.com`, firstName: id, lastName: 'X' } });
	/** Asked through a form and a page of it; what is pinned was put there in the editor. */
	const askedBy = async (pinned: Record<string, object>): Promise<unknown> => {
		await instance.host.save('spine', saved(edited));
		const json = workflow({ Page: page, Node: node }, [
			['Start', 'Page'],
			['Page', 'Node'],
		]) as unknown as { nodes: { name: string }[] };
		const [start, ...others] = json.nodes;
		const pinData = Object.fromEntries(Object.entries(pinned).map(([name, one]) => [name, [{ json: one }]]));
		const done = await runWorkflow({ ...json, nodes: [{ ...start, ...form }, ...others], pinData } as never, {
			credentials: { releaseGateN8nApi: instance.credential },
			triggerItems: [{ json: user('rita') }],
		});
		expect(done.error).toBeUndefined();
		const [{ release = '' } = {}] = done.json('Node') as { release?: string }[];
		const [stored] = await (await ledger()).records.get('release', [release]);
		const { manifest, owner } = stored?.body as { manifest: { requestedBy: string }; owner?: string };
		return [manifest.requestedBy, owner];
	};

	it('is the account of the form, whatever a page that is pinned says', async () => {
		expect(await askedBy({ Page: user('mallory') })).toEqual(['rita@example.com', 'account rita']);
	});

	it('is a typed name where the form itself is pinned too', async () => {
		expect(await askedBy({ Start: user('mallory'), Page: user('mallory') })).toEqual([
			'typed@example.com',
			undefined,
		]);
	});
});
