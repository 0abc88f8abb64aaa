import { gateError, ReleaseGateError } from '../../core/errors';
import type { Policy } from '../../core/release/policy/schema';
import { knownRelease, policyOf, recordReport, releasesOf, type StoredRelease } from '../release';
import type { Stage } from '../../core/release/stages';
import type { Look } from '../../core/stability/documents';
import { settle } from '../../core/stability/hysteresis';
import type { Observation } from '../../core/stability/observation';
import type { OutsideWord } from '../../core/stability/outside';
import { toReleaseGateError } from '../../core/errors/unknown';
import { verdictReport } from '../../core/stability/report';
import type { LevelsReport } from '../../core/stability/service-levels';
import { judge, type Verdict } from '../../core/stability/verdict';
import { levelsOf } from './levels';
import { observeRelease } from './observe';
import type { StabilityPorts } from './ports';
import { closeOrder, orderRollback, rollbackOrder } from './rollback';
import { tellFailedRuns } from './failed-runs';
import { tellSilence, type Silence } from './silence';
import { trailOf, writeLook } from './trail';

/** Stages in which a release is under watch. */
const watched: readonly Stage[] = ['deploying', 'monitoring'];

/** What one look came to. */
export interface Assessment {
	readonly subject: string;
	/** `null` when no release of the subject is under watch. */
	readonly release: string | null;
	readonly verdict: Verdict | null;
	/** Whether this look, and no other, is to roll the release back. */
	readonly rollBack: boolean;
	readonly observation: Observation | null;
	readonly levels: LevelsReport;
	readonly sentence: string;
	/** The silent slot this look, and no other, tells of; of several releases of a spine the first one carries it. */
	readonly silence: Silence | null;
	readonly policy: Policy;
}

/** The last look at a release that was written down, as far as it had a verdict. */
const before = async (ports: StabilityPorts, release: string): Promise<Look | null> =>
	(await trailOf(ports, release, 1))[0] ?? null;

/** Records the monitor's answers. A second monitor that was faster has recorded the same. */
async function answer(ports: StabilityPorts, release: string, verdict: Verdict): Promise<void> {
	try {
		await recordReport(ports, release, () => verdictReport(verdict), ports.by);
	} catch (error) {
		if (!(error instanceof ReleaseGateError) || error.code !== 'release-contended')
			throw toReleaseGateError(error);
	}
}

async function look(
	ports: StabilityPorts,
	release: StoredRelease,
	outside: OutsideWord,
): Promise<Assessment> {
	const { id, body } = release;
	const { manifest, shippedAt, stage } = body;
	if (shippedAt === null) throw gateError('stability-not-shipped', { release: id, stage });
	const subject = manifest.subject;
	const { policy } = await policyOf(ports, subject);
	const spine = await ports.ledger.spines.get(subject);
	const earlier = await before(ports, id);
	const watching = {
		release: id,
		shippedAt,
		cadenceShiftExplained: manifest.cadenceShiftReason !== undefined,
	};
	const { observation, mark } = await observeRelease(ports, spine, watching, outside, earlier?.mark ?? null);
	const verdict = settle(
		policy,
		earlier?.verdict ?? null,
		judge(policy, observation, earlier?.verdict ?? null),
	);
	const levels = await levelsOf(ports, subject, policy, outside);
	const { errorBudget } = levels;
	await writeLook(ports, subject, { at: observation.now, verdict, errorBudget, mark }, levels.sentence);
	const wanted = verdict.verdict === 'roll-back' && policy.rollback.automatic;
	const rollBack = wanted && (await orderRollback(ports, subject, id, policy, verdict.sentence));
	if (verdict.verdict === 'stable' || earlier?.verdict?.verdict !== verdict.verdict)
		await answer(ports, id, verdict);
	const sentence =
		wanted && !rollBack ? `${verdict.sentence} The rollback was ordered already.` : verdict.sentence;
	return { subject, release: id, verdict, rollBack, observation, levels, sentence, silence: null, policy };
}

/** Looks at the spine alone, so that the gate knows the watch is alive, and how the error budget stands. */
async function idle(ports: StabilityPorts, subject: string, outside: OutsideWord): Promise<Assessment> {
	const { policy } = await policyOf(ports, subject);
	const levels = await levelsOf(ports, subject, policy, outside);
	const at = ports.now();
	await writeLook(
		ports,
		subject,
		{ at, verdict: null, errorBudget: levels.errorBudget, mark: null },
		levels.sentence,
	);
	const sentence = 'No release is under watch.';
	return {
		subject,
		release: null,
		verdict: null,
		rollBack: false,
		observation: null,
		levels,
		sentence,
		silence: null,
		policy,
	};
}

/**
 * One look at a release, written to its trail: observe, judge, settle against the look before, record the monitor's
 * evidence, and order the rollback, once, when the verdict and the policy call for it.
 *
 * @throws `release-unknown`, `stability-not-shipped`, `policy-not-set`
 */
export async function assessRelease(
	ports: StabilityPorts,
	id: string,
	outside: OutsideWord,
): Promise<Assessment> {
	return look(ports, await knownRelease(ports, id), outside);
}

/**
 * One look at everything of a subject that is under watch (deploying or monitoring), or at the spine alone, and whether
 * the spine stayed silent in its newest closed slot. Runs in which most failed are told as events. Orders whose release was rolled back meanwhile are closed. Throws `policy-not-set`.
 */
export async function assessSubject(
	ports: StabilityPorts,
	subject: string,
	outside: OutsideWord,
): Promise<readonly Assessment[]> {
	const releases = await releasesOf(ports, subject);
	for (const { id, body } of releases.slice(0, 20))
		if (body.stage === 'rolled-back' && (await rollbackOrder(ports, id))) await closeOrder(ports, id);
	const under = releases.filter(({ body }) => watched.includes(body.stage) && body.shippedAt !== null);
	const spine = await ports.ledger.spines.get(subject);
	const silence = spine && (await tellSilence(ports, spine));
	if (spine) await tellFailedRuns(ports, subject);
	const results: Assessment[] = [];
	for (const release of under) results.push(await look(ports, release, outside));
	if (under.length === 0) results.push(await idle(ports, subject, outside));
	return results.map((result, at) => (at === 0 ? { ...result, silence } : result));
}
