import { afterEach, beforeEach, expect } from '@jest/globals';
import {
	evaluateStored,
	knownRelease,
	policyOf,
	recordAnswer,
	recordApproval,
} from '../../../../app/release';
import { shipRelease } from '../../../../app/snapshot/ship';
import { EMPTY_POLICY } from '../../../../core/audit';
import type { Evidence } from '../../../../core/release/evidence';
import { artifactHashes } from '../../../../core/release/manifest';
import { parseChanges } from '../../../../core/snapshot/changes';
import { personOf } from '../../../support/release';
import { plant, plantLook, SUBJECT } from '../../../support/release-service';
import { nodeIn, prepareFixture, type Edited, type PrepareFixture } from '../fixture';

/** Changes one value of Set Config. */
export const field =
	(name: string, value: string) =>
	(workflow: Edited): void => {
		const { assignments } = nodeIn(workflow, 'Set Config').assignments as {
			assignments: { name: string; value: unknown }[];
		};
		for (const one of assignments) if (one.name === name) one.value = value;
	};
/** Changes the prompt. */
export const prompt = (text: string) => field('prompt', text);

/** A spine in service, anew for each test of a file, and what its people do with the release of its draft. */
export function attackedSpine() {
	let fixture: PrepareFixture;
	beforeEach(async () => {
		fixture = await prepareFixture();
		await plantLook(fixture);
	});
	afterEach(async () => await fixture.close());

	const later = (): void => void (fixture.clock.at += 1_000);
	const now = () => ({ at: fixture.clock.at });
	/** A calm moment, as somebody reads it outside. */
	async function readings() {
		const { policy } = await policyOf(fixture.ports, SUBJECT);
		return {
			apiCallsLeft: { value: 0.9, ...now() },
			newContactsLastHour: { value: 2, ...now() },
			vendors: Object.fromEntries(
				policy.pressure.vendors.map((vendor) => [vendor, { value: true, ...now() }]),
			),
		};
	}
	const decide = async (release: string) =>
		(await evaluateStored(fixture.ports, release, await readings(), 'test')).decision;
	const ship = async (release: string, changes: object = {}) =>
		await shipRelease(fixture.preparing, release, parseChanges(changes), { policy: EMPTY_POLICY });
	const approve = async (
		release: string,
		role: 'leadership' | 'engineering',
		verdict: 'approved' | 'rejected' | 'withdrawn' = 'approved',
		person = personOf(`Head of ${role}`, role),
	) => {
		later();
		return await recordApproval(fixture.ports, release, { ...person, verdict }, 'test');
	};
	/** Answers all that is open, each by whoever may: what the rehearsal finds, what people say, their approvals. */
	async function letThrough(release: string): Promise<Awaited<ReturnType<typeof decide>>> {
		const { body } = await knownRelease(fixture.ports, release);
		const hashes = artifactHashes(body.manifest);
		const { policy } = await policyOf(fixture.ports, SUBJECT);
		const open = (await decide(release)).checks.filter(({ status }) => status === 'unknown');
		const rehearsed: Evidence[] = [];
		for (const { id } of open) {
			const check = policy.checks.find((one) => one.id === id);
			if (check === undefined) continue;
			if (check.answeredBy.machines.includes('dry-run'))
				rehearsed.push({
					check: id,
					status: 'pass',
					by: { machine: 'dry-run' },
					...now(),
					artifact: check.boundTo,
					hash: hashes[check.boundTo] ?? '',
					grounds: 'It was rehearsed.',
				});
			else if (check.answeredBy.roles[0] !== undefined)
				await recordAnswer(
					fixture.ports,
					release,
					{
						check: id,
						status: 'pass',
						by: personOf('Pat Person', check.answeredBy.roles[0]),
						grounds: 'So.',
					},
					'test',
				);
		}
		await plant(fixture, release, rehearsed, []);
		await approve(release, 'leadership');
		await approve(release, 'engineering');
		return await decide(release);
	}
	const stageOf = async (release: string) => (await knownRelease(fixture.ports, release)).body.stage;
	const runs = () => fixture.host.now('spine').published?.versionId;
	const reasonOf = async (release: string, id: string) =>
		(await decide(release)).checks.find((check) => check.id === id);

	/** A release that was prepared, answered and let through. */
	async function approved(title: string, change: (workflow: Edited) => void): Promise<string> {
		await fixture.save(change);
		const { release } = await fixture.prepare({ title });
		expect((await letThrough(release)).sentence).toMatch(/^Ship: /);
		return release;
	}

	return {
		get fixture(): PrepareFixture {
			return fixture;
		},
		later,
		decide,
		ship,
		approve,
		letThrough,
		stageOf,
		runs,
		reasonOf,
		approved,
	};
}
