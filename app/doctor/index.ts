import type { Check, Finding } from './finding';
import type { Facts } from './facts';
import { gatherFacts, type DoctorPorts } from './gather';
import { hostChecks, ledgerChecks } from './checks/ledger';
import { n8nChecks } from './checks/n8n';
import { settingsChecks } from './checks/settings';

export type { Finding } from './finding';
export type { DoctorPorts } from './gather';
export type { Facts } from './facts';

/** Every check, in the order in which causes come before what follows from them. */
export const checks: readonly Check[] = [...n8nChecks, ...settingsChecks, ...ledgerChecks, ...hostChecks];

/** What the checks find in what was gathered; empty for a sound installation. Pure. */
export function findingsIn(facts: Facts): readonly Finding[] {
	const found = checks.flatMap(({ id, level, mend, find }) =>
		find(facts).map(({ where, sentence }): Finding => ({ id, level, where, sentence, mend })),
	);
	// Without its nodes n8n shows nothing else as it is.
	const [missing] = found.filter(({ id }) => id === 'package-missing');
	return missing ? [missing] : found;
}

/**
 * Looks at an installation and changes nothing: everything that n8n's public API, the ledger and the process tell, as far as
 * the ports are there. What could not be looked at is a finding of its own (`unseen`).
 *
 * @throws `setup-n8n-unreachable`, `setup-n8n-refused` where n8n cannot be asked at all
 */
export async function diagnose(ports: DoctorPorts): Promise<readonly Finding[]> {
	const { facts, unseen } = await gatherFacts(ports);
	return [...findingsIn(facts), ...unseen];
}
