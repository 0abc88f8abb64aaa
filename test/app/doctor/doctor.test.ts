import { describe, expect, it } from '@jest/globals';
import { checks, diagnose, examine, exitCodeOf, keepExamination, lastExamination } from '../../../app/doctor';
import { gatherFacts } from '../../../app/doctor/gather';
import { n8nInstallation } from '../../../adapters/n8n/installation';
import type { Installation } from '../../../app/ports/installation';
import { gateError } from '../../../core/errors';
import { startPlayedApi } from '../../../testbed/setup/played-api';
import {
	sound,
	release,
	portsOf,
	look,
	postgres,
	idOf,
	inFolder,
	start,
	host,
	spineName,
	type Patient,
} from './patient';
import { ways } from './ways';

describe('the doctor', () => {
	inFolder();

	it('finds nothing on a sound installation', async () => {
		const { findings, passed, unseen } = await look(await sound());
		expect([findings, unseen]).toEqual([[], []]);
		const ofPostgres = checks.map(({ id }) => id).filter((id) => id.startsWith('database-'));
		expect([...passed, ...ofPostgres].sort()).toEqual(checks.map(({ id }) => id).sort());
	});

	it('finds nothing on a sound one in Postgres, where every check looks', async () => {
		const patient = await sound();
		postgres({})(patient);
		const { findings, passed } = await look(patient);
		expect(findings).toEqual([]);
		expect([...passed].sort()).toEqual(checks.map(({ id }) => id).sort());
	});

	it('changes nothing by looking', async () => {
		const patient = await sound();
		const before = structuredClone([...patient.n8n.held.workflows, ...patient.n8n.held.credentials]);
		const head = await patient.ledger.events.head();
		await look(patient);
		expect([...patient.n8n.held.workflows, ...patient.n8n.held.credentials]).toEqual(before);
		expect(await patient.ledger.events.head()).toEqual(head);
	});

	it.each(ways)('names %s where %s', async (cause, _how, breakIt) => {
		const patient = await sound();
		await breakIt(patient);
		const { findings: found, passed } = await look(patient);
		expect(found.map(({ id }) => id)).toContain(cause);
		expect(passed).not.toContain(cause);
		const level = checks.find(({ id }) => id === cause)?.level;
		expect(found.filter(({ id }) => id === cause).map((one) => one.level)).toEqual(
			expect.arrayContaining([level]),
		);
		// Nothing that did not happen: what is named besides follows from the cause.
		const follows = [
			'called-off',
			'credential-missing',
			'slot-missed',
			'spine-off',
			'runs-failing',
			'no-reconcile',
			// n8n that keeps good runs would have kept the last one.
			'schedule-silent',
			'unseen',
		];
		expect(found.map(({ id }) => id).filter((id) => id !== cause && !follows.includes(id))).toEqual([]);
	});

	it('is broken in at least 25 ways', () => {
		expect(new Set(ways.map(([cause]) => cause)).size).toBeGreaterThanOrEqual(25);
	});

	it('takes the released version for the released one under whatever id it was published', async () => {
		const patient = await sound();
		await release(patient);
		await patient.n8n.publish(idOf(patient, spineName));
		const { n8n } = patient;
		const spine = n8n.held.workflows.get(idOf(patient, spineName))!;
		n8n.held.workflows.set(spine.id, { ...spine, published: { ...spine.published!, versionId: 'v-2' } });
		expect((await look(patient)).findings).toEqual([]);
	});

	it('holds a workflow that the spine calls against what was released too', async () => {
		const patient = await sound();
		await release(patient, 'Reconcile');
		patient.change('Reconcile', (nodes) => nodes.filter(({ type }) => !type.endsWith('.scheduleTrigger')));
		const [found] = (await look(patient)).findings.filter(({ id }) => id === 'ungated-change');
		expect(found?.sentence).toMatch(/is gone/);
	});

	it('goes by the instance where the settings of a workflow leave open what is kept', async () => {
		const patient = await sound();
		const open = { saveDataSuccessExecution: 'DEFAULT', saveExecutionProgress: 'DEFAULT' };
		patient.change(spineName, (nodes) => nodes, open);
		const found = async () => (await look(patient)).findings.map(({ id }) => id);
		// n8n keeps them by default, and so would have had to keep the last one.
		expect(await found()).toEqual(['schedule-silent', 'good-runs-kept']);
		patient.host = { ...host, keepsGoodRuns: false };
		expect(await found()).toEqual([]);
		patient.host = { ...patient.host, savesProgress: true };
		expect(await found()).toEqual(['progress-saved']);
	});

	it('asks of an n8n 1 to publish nothing that only others start', async () => {
		const patient = await sound();
		for (const { id, nodes } of patient.n8n.held.workflows.values())
			if (nodes.some(({ type }) => /\.(?:errorTrigger|executeWorkflowTrigger)$/.test(type)))
				if (!nodes.some(({ type }) => /\.(?:scheduleTrigger|formTrigger|releaseTrigger)$/.test(type)))
					await patient.n8n.unpublish(id);
		const off = async (drafts: boolean) => {
			const api = await startPlayedApi(patient.n8n, drafts);
			const { findings } = await diagnose({ ...portsOf(patient), n8n: n8nInstallation(api) });
			await api.close();
			return new Set(findings.map(({ id }) => id).filter((id) => id !== 'clock-off'));
		};
		expect([...(await off(true))]).toEqual(['called-off', 'error-workflow-off']);
		expect([...(await off(false))]).toEqual([]);
		// What runs is looked at, published or not.
		await patient.n8n.removeCredential(
			[...patient.n8n.held.credentials].find(([, { type }]) => type === 'slackApi')?.[0] ?? '',
		);
		expect([...(await off(false))]).toEqual(['credential-gone']);
	});

	it('takes few failed runs for what they are where n8n keeps no good ones', async () => {
		const patient = await sound();
		const workflow = idOf(patient, spineName);
		const failed = [20, 60, 90].map((minutes) => {
			const seen = { id: `failed-${minutes}`, status: 'error', error: null, first: {} };
			return { id: seen.id, workflow, status: 'error', startedAt: start - minutes * 60_000, seen };
		});
		patient.n8n.held.runs.unshift(...failed);
		expect((await look(patient)).findings).toEqual([]);
	});

	it('does not pass a schedule of which it sees nothing', async () => {
		const patient = await sound();
		const { unseen, passed } = await diagnose({ ...portsOf(patient), ledger: null });
		expect([unseen.includes('not-asking'), passed.includes('not-asking')]).toEqual([true, false]);
	});

	/** An n8n of which something cannot be asked. */
	const blind = (patient: Patient, change: Partial<Installation>): Installation =>
		Object.assign(Object.create(patient.n8n) as Installation, change);
	const away = async (): Promise<never> => {
		throw gateError('setup-n8n-unreachable', { host: 'n8n.example.com' });
	};

	it('says what it could not look at', async () => {
		const patient = await sound();
		const found = await diagnose({ ...portsOf(patient), n8n: blind(patient, { clockSkewMs: away }) });
		expect(found.findings).toEqual([
			{
				id: 'unseen',
				level: 'unseen',
				where: 'clock',
				sentence: "Not looked at: n8n's clock. The reason: n8n at n8n.example.com does not answer.",
				mend: 'Mend what it names, or leave it.',
				failed: true,
			},
		]);
		expect(found.unseen).toEqual(['clock-off']);
		expect(exitCodeOf(found.findings)).toBe(2);
	});

	it('never counts as passed what it did not look at', async () => {
		const patient = await sound();
		const ports = { ...portsOf(patient), ledger: null, host: null, retires: null };
		const n8n = blind(patient, { credentials: async () => null, testCredential: async () => null });
		const { findings, passed, unseen } = await diagnose({ ...ports, n8n });
		expect(findings.map(({ where, level, failed }) => [where, level, failed])).toEqual(
			['credentials', 'tests', 'ledger', 'database', 'process', 'models', 'workers'].map((where) => [
				where,
				'unseen',
				undefined,
			]),
		);
		const blinded = checks.filter(
			({ sight }) => sight !== undefined && sight !== 'runs' && sight !== 'clock',
		);
		expect([...unseen].sort()).toEqual(blinded.map(({ id }) => id).sort());
		expect(passed.filter((id) => unseen.includes(id))).toEqual([]);
		// Left out on purpose: no trouble, unless one wants to hear of it.
		expect([exitCodeOf(findings), exitCodeOf(findings, true)]).toEqual([0, 2]);
	});

	it('says in queue mode that it saw one process, and which', async () => {
		const patient = await sound();
		postgres({})(patient);
		patient.host = { ...host, executionsMode: 'queue', command: 'worker', name: 'w-2', store: 'postgres' };
		const { findings, passed } = await look(patient);
		expect(findings.map(({ where }) => where)).toEqual(['workers']);
		expect(findings[0]?.sentence).toContain('worker on w-2');
		expect(passed).not.toContain('worker-without-package');
	});

	it('passes nothing where n8n does not have the package', async () => {
		const patient = await sound();
		patient.n8n.package = false;
		const { passed, unseen } = await look(patient);
		expect([passed, unseen.length]).toEqual([[], checks.length - 1]);
	});

	it('puts every check in one of three places, whatever is blind', async () => {
		const patient = await sound();
		const facts = await gatherFacts(portsOf(patient));
		for (const sight of new Set(checks.flatMap((check) => check.sight ?? []))) {
			const { findings, passed, unseen } = examine({
				...facts,
				blind: new Map([[sight, { reason: 'nobody looked', failed: false }]]),
			});
			expect(findings.map(({ where }) => where)).toEqual([sight]);
			expect(unseen.length).toBeGreaterThan(0);
			expect(passed.filter((id) => unseen.includes(id))).toEqual([]);
		}
	});

	it('is kept for the desk, the newest look only', async () => {
		const patient = await sound();
		const ports = { ledger: patient.ledger, now: () => patient.now };
		expect(await lastExamination(ports)).toBeNull();
		const found = await look(patient);
		await keepExamination(ports, found, 'execution 1');
		patient.n8n.skewMs = 300_000;
		patient.now = start + 1_000;
		await keepExamination(ports, await look(patient), 'execution 2');
		const kept = await lastExamination(ports);
		expect(kept).toMatchObject({ at: patient.now, by: 'execution 2' });
		expect(kept?.findings.map(({ id }) => id)).toEqual(['clock-off']);
		expect((await patient.ledger.events.verify()).status).toBe('intact');
	});
});
