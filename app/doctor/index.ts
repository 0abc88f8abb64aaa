import type { Check, Examination, Finding } from './finding';
import type { Facts, Sight } from './facts';
import { gatherFacts, type DoctorPorts } from './gather';
import { databaseChecks } from './checks/database';
import { ledgerChecks } from './checks/ledger';
import { inServiceChecks } from './checks/in-service';
import { n8nChecks } from './checks/n8n';
import { keptChecks } from './checks/kept';
import { hostChecks } from './checks/process';
import { settingsChecks } from './checks/settings';

export { exitCodeOf } from './exit-code';
export { keepExamination, lastExamination, type KeptExamination } from './kept';
export type { Examination, Finding } from './finding';
export type { DoctorPorts } from './gather';
export type { DatabaseFacts, Facts, HostFacts } from './facts';

/** Every check, in the order in which causes come before what follows from them. */
export const checks: readonly Check[] = [
	...n8nChecks,
	...inServiceChecks,
	...settingsChecks,
	...keptChecks,
	...ledgerChecks,
	...databaseChecks,
	...hostChecks,
];

/** How a part is looked at after all. */
const mends: Readonly<Record<Sight, string>> = {
	clock: 'Mend what it names, or leave it.',
	credentials: 'Use the key of an owner or admin, or leave it.',
	database: 'Name the ledger (--postgres), or examine from inside n8n: Release, Installation, Examine.',
	ledger:
		'Name the ledger (--sqlite or --postgres), or examine from inside n8n: Release, Installation, Examine.',
	models: 'Give the key of OpenAI (--openai-key), or in n8n the answer of its list of models.',
	process: 'Examine from inside n8n: Release, Installation, Examine.',
	runs: 'Give the key the right to list and read executions.',
	tests: 'Open each credential in n8n: it is tried when it is saved.',
	workers:
		'See in the log of each process that it loaded the package; the error is "Unrecognized node type".',
};

/** What was not looked at, a finding for each part. The ledger that cannot be opened has one of its own. */
function unseenIn(facts: Facts, unseen: readonly Check[]): readonly Finding[] {
	return [...facts.blind].flatMap(([sight, { reason, failed }]): Finding[] => {
		const looks = unseen.filter((check) => check.sight === sight).map((check) => check.looks);
		if (looks.length === 0 || (sight === 'ledger' && failed)) return [];
		const sentence = `Not looked at: ${looks.join('; ')}. The reason: ${reason.replace(/\.$/, '')}.`;
		return [
			{
				id: 'unseen',
				level: 'unseen',
				where: sight,
				sentence,
				mend: mends[sight],
				...(failed ? { failed } : {}),
			},
		];
	});
}

/** What the checks say of what was gathered. Pure. */
export function examine(facts: Facts): Examination {
	const findings: Finding[] = [];
	const passed: string[] = [];
	const unseen: Check[] = [];
	for (const check of checks) {
		const { id, level, mend, sight, applies, find } = check;
		const isBlind = sight !== undefined && facts.blind.has(sight);
		if (!isBlind && applies?.(facts) === false) continue;
		const found = find(facts).map(({ where, sentence }): Finding => ({ id, level, where, sentence, mend }));
		findings.push(...found);
		if (isBlind) unseen.push(check);
		else if (found.length === 0) passed.push(id);
	}
	// Without its nodes n8n shows nothing else as it is.
	const [missing] = findings.filter(({ id }) => id === 'package-missing');
	if (missing)
		return {
			findings: [missing],
			passed: [],
			unseen: checks.map(({ id }) => id).filter((id) => id !== missing.id),
		};
	return {
		findings: [...findings, ...unseenIn(facts, unseen)],
		passed,
		unseen: unseen.map(({ id }) => id),
	};
}

/**
 * Looks at an installation: everything that n8n's public API, the ledger, its database and the process tell, as far as the ports
 * are there. What could not be looked at is a finding of its own (`unseen`), and no check that did not look has passed. It changes
 * nothing but what every look at a chain does: events that were not chained yet are chained.
 *
 * @throws `setup-n8n-unreachable`, `setup-n8n-refused` where n8n cannot be asked at all
 */
export async function diagnose(ports: DoctorPorts): Promise<Examination> {
	return examine(await gatherFacts(ports));
}
