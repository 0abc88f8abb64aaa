import { classify } from '../../../core/release/classify';
import { type HotfixDebt, owedBy } from '../../../core/release/hotfix';
import { artifactHashes } from '../../../core/release/manifest';
import { nextStages } from '../../../core/release/stages';
import {
	debtsIn,
	observedIn,
	policyOf,
	releasesOf,
	type ServicePorts,
	type StoredRelease,
} from '../../../app/release';

const iso = (instant: number | null): string | null =>
	instant === null ? null : new Date(instant).toISOString();

/**
 * A release as an item: what it is, where it stands, the hashes evidence is bound to, the gate's last word, what it still owes as a
 * hotfix.
 *
 * @param known what the hotfixes of its subject owe, where that was read already
 */
export async function releaseJson(
	ports: ServicePorts,
	{ id, body }: StoredRelease,
	known?: readonly HotfixDebt[],
): Promise<object> {
	const { manifest, stage, decision } = body;
	const { policy, version } = await policyOf(ports, manifest.subject);
	const debts =
		known ?? (manifest.kind === 'hotfix' ? debtsIn(await releasesOf(ports, manifest.subject)) : []);
	const owes = debts
		.filter(({ hotfix }) => hotfix === id)
		.flatMap((debt) => owedBy(policy, debt))
		.map(({ what, by }) => ({ what, by: iso(by) }));
	const { riskClass, surfaces, isRelease, reasons } = classify(policy, manifest, observedIn(body));
	return {
		release: id,
		title: manifest.title,
		version: manifest.version ?? null,
		subject: manifest.subject,
		kind: manifest.kind,
		requestedBy: manifest.requestedBy,
		stage,
		nextStages: nextStages(stage),
		class: riskClass,
		isRelease,
		surfaces,
		classReasons: reasons,
		policy: policy.name,
		policyVersion: version,
		hashes: artifactHashes(manifest),
		decision: decision && { ...decision, at: iso(decision.at) },
		shippedAt: iso(body.shippedAt),
		documentedAt: iso(body.documentedAt),
		owes,
		history: body.history.map((entry) => ({ ...entry, at: iso(entry.at) })),
	};
}
