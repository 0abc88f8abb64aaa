import type { MachineAnswer, MachineReport } from '../release/machines/report';
import type { Finding, Verdict } from './verdict';

/** Checks of the doctrines that the monitor answers, each with the findings it stands on. */
const stands: Readonly<Record<string, readonly string[]>> = {
	'full-cycle': ['full-cycle'],
	'no-missed-deliveries': ['missed-delivery', 'overdue'],
	'no-error-spike': ['failure-rate', 'all-bounces', 'hard-bounces', 'in-doubt'],
	'no-cadence-anomaly': ['unexplained-cadence-shift', 'duplicate-delivery', 'idempotency-confidence-lost'],
	watched: ['watch-time'],
	'no-critical-issues': ['critical-feature-broken', 'error-rate', 'latency-p95', 'same-reports'],
};

function answer(check: string, findings: readonly Finding[]): MachineAnswer {
	const worst = (['rolls-back', 'keeps-watching'] as const)
		.map((effect) => findings.filter((finding) => finding.effect === effect))
		.find((list) => list.length > 0);
	const said = (worst ?? findings).map(({ sentence }) => sentence).join(' ');
	const status = worst === undefined ? 'pass' : worst[0]?.effect === 'rolls-back' ? 'fail' : 'unknown';
	return { check, status, grounds: said };
}

/** The monitor's answers to the checks after a release: fail for what rolls back, unknown for what is still watched. */
export function verdictReport({ findings }: Verdict): MachineReport {
	return {
		machine: 'monitor',
		observed: [],
		answers: Object.entries(stands).flatMap(([check, ids]) => {
			const found = findings.filter(
				({ id }) => ids.includes(id) || (id.startsWith('source-') && ids.length > 1),
			);
			return found.some(({ id }) => ids.includes(id)) ? [answer(check, found)] : [];
		}),
	};
}
