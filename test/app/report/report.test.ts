import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { plotter } from '../../../adapters/plots/echarts';
import type { Ledger } from '../../../app/ledger/api';
import { openRelease, recordReleased, setPolicy } from '../../../app/release';
import { gatherReport } from '../../../app/report/gather';
import { reportHtml } from '../../../app/report/html';
import { applyRelease } from '../../../app/snapshot/apply';
import { capture, idSource } from '../../../app/snapshot/capture';
import { restoreRelease } from '../../../app/snapshot/restore';
import { parseCadence, slotByIndex } from '../../../core/delivery/cadence';
import { plain } from '../../../core/delivery/json';
import { parseSpineSettings } from '../../../core/delivery/spine';
import { parseChanges } from '../../../core/snapshot/changes';
import { startHubSpotFixture, type HubSpotFixture } from '../../adapters/hubspot/fixture';
import { memoryLedger, MemoryHost, portsOf } from '../snapshot/fixture';

const SPINE = 'content-delivery';
const RELEASE = 'warmer-opening';
/** A release of the same workflow that was refused and given up before it. */
const REFUSED = 'colder-opening';
const HOUR = 3_600_000;
const cadence = { every: 'P2D', anchor: '2026-11-02T09:00', timeZone: 'UTC', window: 'P1D' };
const parsed = parseCadence(cadence);
const clock = { at: slotByIndex(parsed, 0).opensAt };

const graph = (prompt: string) => ({
	nodes: [
		{
			id: 'a',
			name: 'Set Config',
			type: 'n8n-nodes-base.set',
			typeVersion: 3.4,
			position: [0, 0],
			parameters: {
				assignments: {
					assignments: [
						{ id: 'p', name: 'prompt', value: prompt, type: 'string' },
						{ id: 'f', name: 'from', value: 'sender@news.example', type: 'string' },
					],
				},
				options: {},
			},
		},
	],
	connections: {},
});

let hubspot: HubSpotFixture;
let ledger: Ledger;
let close: () => Promise<void>;
let ids: readonly string[];
const host = new MemoryHost();

const ports = () => ({ ledger, directory: null, now: () => clock.at, by: 'test' });
const snapshot = () => portsOf(ledger, hubspot.directory, host, clock);

/** Serves everybody but the last few in one slot; whoever is left fails. */
async function serve(index: number, leave: number): Promise<void> {
	const { id: slot, opensAt, closesAt } = slotByIndex(parsed, index);
	clock.at = opensAt + HOUR;
	const refs = ids.map((recipient) => ({ spine: SPINE, space: 'live' as const, slot, recipient }));
	await ledger.deliveries.register(
		refs.map((ref) => ({
			ref,
			opensAt,
			closesAt,
			cadenceIndex: index,
			input: { id: ref.recipient, email: `contact-${ref.recipient}@people.example` },
		})),
	);
	const claims = await ledger.deliveries.claim(
		refs.map((ref) => ({ ref })),
		'execution 5 / Claim',
	);
	const tokens = refs.map((ref, at) => {
		const claim = claims[at];
		return { ref, token: claim?.status === 'granted' ? claim.token : 0 };
	});
	const good = tokens.slice(0, tokens.length - leave);
	await ledger.deliveries.confirm(good);
	await ledger.deliveries.commit(
		good.map((token) => ({
			...token,
			provider: 'postmark',
			providerMessageId: `${slot}-${token.ref.recipient}`,
		})),
	);
	await ledger.deliveries.fail(
		tokens.slice(tokens.length - leave).map((token) => ({
			...token,
			failureClass: 'generation',
			sent: 'no',
			retryable: false,
			reason: `Nothing came for contact-${token.ref.recipient}@people.example`,
		})),
	);
	clock.at = closesAt + HOUR;
	await ledger.deliveries.sweep(SPINE);
}

/** A release that was closed with two people against it, and never shipped. */
async function giveUp(manifest: object): Promise<void> {
	const { release } = await openRelease(ports(), { ...manifest, id: REFUSED }, 'rita@news.example');
	const said = (kind: 'approval' | 'evidence', body: object) => ({
		...{ kind, id: `${REFUSED}:${kind}`, spine: SPINE, parent: REFUSED, expectedRevision: 0 },
		body: plain({ ...body, at: clock.at, hash: 'c'.repeat(64) }),
	});
	await ledger.records.write(
		[
			{
				...{ kind: 'release', id: REFUSED, spine: SPINE, parent: null, expectedRevision: release.revision },
				body: plain({ ...release.body, stage: 'closed' }),
			},
			said('approval', { person: 'nils@news.example', role: 'lead', verdict: 'rejected', note: 'Too cold.' }),
			said('evidence', {
				check: 'no-user-action',
				status: 'fail',
				by: { person: 'nele@news.example', role: 'editor' },
				artifact: 'workflow',
				grounds: 'It asks people to answer.',
			}),
		],
		[],
	);
	clock.at += 1_000;
}

/** The release as if it had gone through its stages by the hands of people with addresses. */
async function shipIt(): Promise<void> {
	const manifest = {
		id: RELEASE,
		title: 'Warmer opening line',
		subject: SPINE,
		kind: 'regular',
		requestedBy: 'rita@news.example',
		changes: [
			{
				id: 'c-1',
				title: 'Warmer opening line',
				kind: 'improvement',
				surfaces: ['prompts'],
				author: 'ann@news.example',
				reference: 'https://git.example/pull/7',
			},
		],
		rollbackPlan: 'Publish the captured version; ask ops@news.example.',
		rollbackSteps: ['pause', 'publish', 'resume'],
		workflow: { id: 'w', version: 'v2', with: [] },
		artifacts: { workflow: `v2:${'a'.repeat(64)}` },
	};
	await giveUp(manifest);
	const { release } = await openRelease(ports(), manifest, 'rita@news.example');
	const shippedAt = clock.at;
	const body = { ...release.body, stage: 'monitoring', shippedAt };
	const answered = (check: string, by: object, at: number, status = 'pass') => ({
		kind: 'evidence' as const,
		id: `${RELEASE}:${check}:${at}`,
		spine: SPINE,
		parent: RELEASE,
		body: plain({
			check,
			status,
			by,
			at,
			artifact: 'workflow',
			hash: 'b'.repeat(64),
			grounds: `Looked at with pat@news.example on ${at}.`,
		}),
		expectedRevision: 0,
	});
	await ledger.records.write(
		[
			{
				kind: 'release',
				id: RELEASE,
				spine: SPINE,
				parent: null,
				body: plain(body),
				expectedRevision: release.revision,
			},
			answered('single-spine', { machine: 'workflow-audit' }, clock.at),
			answered('single-spine', { machine: 'workflow-audit' }, clock.at - 5),
			answered('architecture-aligned', { person: 'pat@news.example', role: 'editor' }, clock.at),
			answered('architecture-aligned', { person: 'nora@news.example', role: 'editor' }, clock.at - 7, 'fail'),
			{
				kind: 'approval',
				id: `${RELEASE}:lea`,
				spine: SPINE,
				parent: RELEASE,
				body: plain({
					person: 'lea@news.example',
					role: 'lead',
					verdict: 'approved',
					at: clock.at,
					hash: 'c'.repeat(64),
					note: 'as agreed with bob@news.example',
				}),
				expectedRevision: 0,
			},
		],
		[],
	);
	const scope = { properties: ['cc_profile_tone'], definitions: true, workflows: ['w'], spine: SPINE };
	await capture(snapshot(), { id: `before-${RELEASE}`, release: RELEASE, scope, contacts: idSource(ids) });
	const version = (release_: string | null, id: string) => ({
		release: release_,
		workflow: 'w',
		version: id,
		workflows: { w: { hash: id, nodes: {}, settings: '' } },
		at: clock.at,
		by: 'test',
	});
	await recordReleased(ports(), SPINE, version(RELEASE, 'v2'), version(null, 'v1'));
	await applyRelease(
		snapshot(),
		RELEASE,
		`before-${RELEASE}`,
		parseChanges({
			rewrites: [{ property: 'cc_profile_tone', from: 'warm', to: 'plain' }],
			workflows: [{ id: 'w', graph: graph('Write warmly. Ask reader@people.example.') }],
			flags: [{ key: 'warm-opening', state: 'everyone' }],
		}),
	);
}

beforeAll(async () => {
	hubspot = await startHubSpotFixture();
	({ ledger, close } = await memoryLedger(clock));
	ids = hubspot.admin.seedContacts(
		Array.from({ length: 12 }, (_, at) => ({ email: `p${at}@people.example`, cc_profile_tone: 'warm' })),
	);
	host.seed('w', { name: 'Spine', settings: {}, ...graph('Write shortly.') });
	await ledger.spines.configure(parseSpineSettings({ spine: SPINE, cadence, mode: 'live' }), 'test');
	await setPolicy(ports(), SPINE, 'quiet-content-delivery', {}, 'test');
	for (let index = 0; index < 3; index += 1) await serve(index, 0);
	await shipIt();
	await serve(3, 0);
	await serve(4, 4);
});
afterAll(async () => {
	await hubspot.close();
	await close();
});

const written = async (connected: boolean) => {
	const report = await gatherReport(ports(), RELEASE, connected ? { snapshot: snapshot() } : null);
	return { report, page: reportHtml(report, plotter).replace(/\s+/g, ' ') };
};
const sectionOf = (page: string, title: string): string =>
	new RegExp(`<h2>${title}</h2>.*?</section>`).exec(page)?.[0] ?? '';

describe('the report of a release', () => {
	it('shows the change as asked for, as n8n has it value by value, and what it brings', async () => {
		const part = sectionOf((await written(true)).page, 'What changes');
		expect(part).toContain('<a href="https://git.example/pull/7">Warmer opening line</a>');
		expect(part).toContain('<pre class="old">Write shortly.</pre>');
		expect(part).toContain('<pre class="new">Write warmly. Ask re…@…</pre>');
	});

	it('says who answered what, the newest answer to each question, and who approved', async () => {
		const { report, page } = await written(false);
		const part = sectionOf(page, 'Who answered what');
		const question = report.checks.find(({ id }) => id === 'single-spine')?.question ?? 'single-spine';
		expect(part.split(`>${question}<`)).toHaveLength(2);
		expect(part).toContain('workflow-audit (a machine)');
		expect(part).toContain('pa…@… (editor)');
		expect(part).toContain('1 older answers');
		// Nobody else’s newer yes takes a no back.
		expect(part).toMatch(/>fail<.*no…@… \(editor\)/);
		expect(part).toContain('as agreed with bo…@…');
	});

	it('names each no to a release whose place it takes that nobody took back, and of which it was said', async () => {
		const { report, page } = await written(false);
		const part = sectionOf(page, 'Who answered what');
		const question = report.checks.find(({ id }) => id === 'no-user-action')?.question ?? 'none';
		const said = `(said of ${REFUSED}, whose place it takes)`;
		const row = (word: string): string => part.split('<tr>').find((one) => one.includes(word)) ?? '';
		expect(row('ne…@…')).toContain(question);
		expect(row('ne…@…')).toContain(`It asks people to answer. ${said}`);
		expect(row('ni…@…')).toContain('>rejected<');
		expect(row('ni…@…')).toContain(`Too cold. ${said}`);
		expect(report.approvals.map(({ verdict }) => verdict)).toEqual(['approved', 'rejected']);
	});

	it('shows the slots before it and with it, as a picture and in figures', async () => {
		const part = sectionOf((await written(false)).page, 'Deliveries before and after');
		expect(part).toMatch(/<text[^>]*>release<\/text>/);
		expect(part).toMatch(/Before the release<\/td>.*?>3<\/td>.*?36 of 36 \(100\.0 %\)/);
		expect(part).toMatch(/With it<\/td>.*?>2<\/td>.*?20 of 24 \(83\.3 %\).*?data-name="Failed or missed">4</);
	});

	it('shows the way back as it would run now, and as it ran once it did', async () => {
		const before = sectionOf((await written(true)).page, 'The way back');
		expect(before).toContain('As it would run now.');
		expect(before).toContain('Workflow w: version v1 is published again.');
		expect(before).toContain('12 values of 12 contacts go back.');
		expect(sectionOf((await written(false)).page, 'The way back')).toContain('No n8n is connected');
		hubspot.admin.foreignWrite(ids[0] ?? '', { cc_profile_tone: 'bold' });
		const planned = (await written(true)).page;
		expect(planned).toContain('cc_profile_tone of 1 contact: somebody has changed it since');
		await restoreRelease(snapshot(), RELEASE, { target: null });
		const after = (await written(true)).page;
		expect(sectionOf(after, 'The way back')).toContain('As it ran.');
		expect(after).toContain('The workflows run as before.');
		expect(after).toContain('cc_profile_tone of 1 contact: somebody has changed it since');
	});

	it('names no contact and no address, so that it can be handed on', async () => {
		for (const connected of [true, false]) {
			const { report, page } = await written(connected);
			expect(JSON.stringify(report)).toContain('@');
			expect(ids.filter((id) => page.includes(id))).toEqual([]);
			expect(page.match(/[\w.+-]+@[\w-]+\.[a-z]+/gi) ?? []).toEqual([]);
		}
	});

	it('asks for what is there only where that is cheap', async () => {
		const many = hubspot.admin.seedContacts(Array.from({ length: 201 }, () => ({ cc_profile_tone: 'warm' })));
		const { release } = await openRelease(
			ports(),
			{
				id: 'many',
				title: 'Many',
				subject: SPINE,
				kind: 'regular',
				requestedBy: 'Rita',
				changes: [{ id: 'c', title: 'Many', kind: 'fix', surfaces: ['prompts'], author: 'Ann' }],
			},
			'Rita',
		);
		const scope = { properties: ['cc_profile_tone'], definitions: false, workflows: [], spine: null };
		await capture(snapshot(), { id: 'before-many', release: release.id, scope, contacts: idSource(many) });
		await applyRelease(
			snapshot(),
			'many',
			'before-many',
			parseChanges({ rewrites: [{ property: 'cc_profile_tone', from: 'warm', to: 'plain' }] }),
		);
		const calls = hubspot.admin.calls().length;
		const report = await gatherReport(ports(), 'many', { snapshot: snapshot() });
		expect(report.rollbackPlan).toMatchObject({
			status: 'unknown',
			why: expect.stringContaining('201 contacts'),
		});
		expect(hubspot.admin.calls()).toHaveLength(calls);
	});
});
